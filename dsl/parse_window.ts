/** Windows of aggregates and features. */
import type { AggregateClauses, ExpressionNode, WindowNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import { parseConstant } from "./parse_constant.ts";
import type { Span } from "./source.ts";
import { reservedWords } from "./token.ts";

type Over = Required<Pick<AggregateClauses, "window">> & Pick<AggregateClauses, "excluding">;
/** The rule `expression`, which stands above the rules of windows and calls and is handed down to them. */
export type ExpressionRule = (cursor: TokenCursor) => ExpressionNode;

/** over = "over" window [ "excluding" "current" ] ; `rule` reads an expression */
export function parseOver(cursor: TokenCursor, rule: ExpressionRule): Over {
  cursor.next();
  const first = cursor.peek();
  const window = { ...parseWindowKind(cursor, rule), ...cursor.spanFrom(first) };
  const excluding = takeWindowWord(cursor, "excluding");
  if (excluding === undefined) return { window };
  const { end } = cursor.expect("current", "after excluding");
  return { window, excluding: { start: excluding.start, end } };
}

const windowWords = ["tumbling", "hopping", "session", "last", "ever"];

/** window = constant | "ever" | "last" constant | "session" constant | tumbling | hopping */
function parseWindowKind(cursor: TokenCursor, rule: ExpressionRule): WindowNode {
  const { start, end } = cursor.peek();
  const span = { start, end };
  if (takeWindowWord(cursor, "ever") !== undefined) return { kind: "ever", ...span };
  if (beginsWindow(cursor, "last")) {
    cursor.next();
    return { kind: "last", rows: parseConstant(cursor, "a number of rows"), ...span };
  }
  if (beginsWindow(cursor, "session")) {
    cursor.next();
    return { kind: "session", gap: parseConstant(cursor, "a gap, such as 5m"), ...span };
  }
  if (beginsWindow(cursor, "tumbling")) return parseTumbling(cursor, rule);
  if (beginsWindow(cursor, "hopping")) return parseHopping(cursor);
  const width = parseConstant(cursor, "a window, such as 1m");
  refuseMisspelled(cursor, width);
  return { kind: "sliding", width, ...span };
}

/** tumbling = "tumbling" ( constant grid | constant "rows" | "sum" "(" expression ")" ">=" constant ) */
function parseTumbling(cursor: TokenCursor, rule: ExpressionRule): WindowNode {
  const { start, end } = cursor.next();
  const span = { start, end };
  if (cursor.at("sum") && cursor.isAt(1, "(")) {
    cursor.next();
    cursor.next();
    const of = cursor.withinLines(() => rule(cursor));
    cursor.expect(")", "to close the sum");
    cursor.expect(">=", "and the sum that closes the bar");
    return { kind: "sum_bar", of, least: parseConstant(cursor, "a number"), ...span };
  }
  const width = parseConstant(cursor, "a width, such as 1m");
  if (takeWindowWord(cursor, "rows") !== undefined) return { kind: "bar", rows: width, ...span };
  return { kind: "tumbling", width, ...parseGrid(cursor), ...span };
}

/** hopping = "hopping" constant "step" constant grid */
function parseHopping(cursor: TokenCursor): WindowNode {
  const { start, end } = cursor.next();
  const width = parseConstant(cursor, "a width, such as 1h");
  cursor.expect("step", "after the width of a hopping window");
  const step = parseConstant(cursor, "a step, such as 5m");
  return { kind: "hopping", width, step, ...parseGrid(cursor), start, end };
}

/** grid = [ "offset" constant ] [ "fill" ] */
function parseGrid(
  cursor: TokenCursor,
): { readonly offset?: ExpressionNode; readonly fill: boolean } {
  const offset = takeWindowWord(cursor, "offset") === undefined
    ? {}
    : { offset: parseConstant(cursor, "an offset, such as 5m") };
  return { ...offset, fill: takeWindowWord(cursor, "fill") !== undefined };
}

/** Takes the word if the window goes on with it, and not if it names the next statement. */
function takeWindowWord(cursor: TokenCursor, word: string): Span | undefined {
  return cursor.isAt(1, "=") ? undefined : cursor.takeWord(word);
}

/** The word begins a window, and is not the name of a parameter that holds one. */
function beginsWindow(cursor: TokenCursor, word: string): boolean {
  if (!cursor.at(word)) return false;
  const next = cursor.peek(1);
  if (next.kind === "punctuation" || next.kind === "end") return false;
  if (next.kind !== "name") return true;
  if (cursor.isAt(1, "excluding") && cursor.isAt(2, "current")) return false;
  return !reservedWords.has(next.text) && !cursor.isAt(2, "=") && !next.startsLine;
}

/** After a name that begins no window, a number means that it should. */
function refuseMisspelled(cursor: TokenCursor, width: ExpressionNode): void {
  const { kind, startsLine } = cursor.peek();
  if (width.kind !== "path" || startsLine || (kind !== "number" && kind !== "duration")) return;
  const hint = didYouMean(width.path[0]?.name ?? "", windowWords);
  cursor.fail("the end of the window", hint);
}
