/** The braces of a declaration: its items, and where to go on after a mistake in one of them. */
import { ParseStop, type TokenCursor } from "./cursor.ts";

/** body = "{" { item [ "," ] } "}" */
export function parseBody<Item>(
  cursor: TokenCursor,
  parseItem: (cursor: TokenCursor) => Item,
): readonly Item[] {
  const open = cursor.expect("{", "and the body");
  const items: Item[] = [];
  while (!cursor.at("}")) {
    if (cursor.peek().kind === "end" || atDeclaration(cursor)) {
      cursor.report("E106", open, 'Cannot find the "}" that closes this body');
      return items;
    }
    const item = recover(cursor, parseItem);
    if (item !== undefined) items.push(item);
    cursor.take(",");
  }
  cursor.next();
  cursor.notes.bodies.push(cursor.spanFrom(open));
  return items;
}

/** True where a declaration begins, beyond doubt: at the start of a line, with what follows its name. */
export function atDeclaration(cursor: TokenCursor): boolean {
  const token = cursor.peek();
  if (!token.startsLine || cursor.peek(1).kind !== "name") return false;
  if (cursor.at("source", "table") && cursor.peek(2).kind === "hole") return cursor.isAt(3, "{");
  if (cursor.at("source", "table", "input", "request")) return cursor.isAt(2, "{");
  return cursor.at("feature") && cursor.isAt(2, "on", "(");
}

/** Skips to the first place that fits, or to the end. */
export function skipTo(cursor: TokenCursor, fits: (cursor: TokenCursor) => boolean): void {
  while (cursor.peek().kind !== "end" && !fits(cursor)) cursor.next();
}

function recover<Item>(
  cursor: TokenCursor,
  parseItem: (cursor: TokenCursor) => Item,
): Item | undefined {
  const start = cursor.index;
  try {
    return parseItem(cursor);
  } catch (error) {
    if (!(error instanceof ParseStop)) throw error;
    cursor.endsAtLine = false;
    if (cursor.index === start && !cursor.at("}")) cursor.next();
    skipTo(cursor, isItemStart);
    return undefined;
  }
}

function isItemStart(cursor: TokenCursor): boolean {
  return cursor.at("}") || cursor.peek().startsLine;
}
