/** Windows of aggregates. */
import type { WindowNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseConstant } from "./parse_constant.ts";

/**
 * window = constant | "ever" | "last" constant | "tumbling" constant [ "offset" constant ]
 * Not built yet: "hopping", "session", "tumbling" by rows or by sum, "fill", "excluding current".
 */
export function parseWindow(cursor: TokenCursor): WindowNode {
  const first = cursor.peek();
  const window = parseWindowKind(cursor);
  if (atWord(cursor, "fill")) reportWord(cursor, "The window word fill");
  if (atWord(cursor, "excluding")) {
    cursor.next();
    cursor.expect("current", "after excluding");
    cursor.report("E900", cursor.last(), "A window excluding current is not built yet");
  }
  return { ...window, ...cursor.spanFrom(first) };
}

function parseWindowKind(cursor: TokenCursor): WindowNode {
  const { start, end } = cursor.peek();
  const span = { start, end };
  if (atWord(cursor, "ever")) {
    cursor.next();
    return { kind: "ever", ...span };
  }
  if (isWindowWord(cursor, "last")) {
    cursor.next();
    return { kind: "last", rows: parseConstant(cursor, "a number of rows"), ...span };
  }
  if (isWindowWord(cursor, "tumbling")) return parseTumbling(cursor);
  if (isWindowWord(cursor, "hopping")) return skipHopping(cursor);
  if (isWindowWord(cursor, "session")) {
    reportWord(cursor, "The session window");
    parseConstant(cursor, "a gap");
    return { kind: "unbuilt", ...span };
  }
  return { kind: "sliding", width: parseConstant(cursor, "a window, such as 1m"), ...span };
}

function parseTumbling(cursor: TokenCursor): WindowNode {
  const { start, end } = cursor.next();
  if (cursor.at("sum") && cursor.isAt(1, "(")) {
    reportWord(cursor, "A tumbling window by sum");
    cursor.skipBrackets();
    cursor.expect(">=", "and the sum that closes the bar");
    parseConstant(cursor, "a number");
    return { kind: "unbuilt", start, end };
  }
  const width = parseConstant(cursor, "a width, such as 1m");
  if (atWord(cursor, "rows")) {
    reportWord(cursor, "A tumbling window by rows");
    return { kind: "unbuilt", start, end };
  }
  if (!atWord(cursor, "offset")) return { kind: "tumbling", width, start, end };
  cursor.next();
  return { kind: "tumbling", width, offset: parseConstant(cursor, "an offset"), start, end };
}

function skipHopping(cursor: TokenCursor): WindowNode {
  const { start, end } = cursor.peek();
  reportWord(cursor, "The hopping window");
  parseConstant(cursor, "a width");
  cursor.expect("step", "after the width of a hopping window");
  parseConstant(cursor, "a step");
  if (atWord(cursor, "offset")) {
    cursor.next();
    parseConstant(cursor, "an offset");
  }
  return { kind: "unbuilt", start, end };
}

/** The word goes on with the window, and does not begin the next statement. */
function atWord(cursor: TokenCursor, word: string): boolean {
  return cursor.at(word) && !cursor.isAt(1, "=");
}

/** The word begins a window, and is not the name of a parameter that holds one. */
function isWindowWord(cursor: TokenCursor, word: string): boolean {
  if (!cursor.at(word)) return false;
  const next = cursor.peek(1);
  if (next.kind === "punctuation" || next.kind === "end") return false;
  return next.kind !== "name" || !(cursor.isAt(2, "=") || next.startsLine);
}

function reportWord(cursor: TokenCursor, what: string): void {
  cursor.report("E900", cursor.next(), `${what} is not built yet`);
}
