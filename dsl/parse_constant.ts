/** Paths of names, and the constants of windows, clauses and parameters. */
import type { ExpressionNode, Identifier } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";

/** constant = number | duration | string | "true" | "false" | hole | path | "-" number */
export function parseConstant(cursor: TokenCursor, what: string): ExpressionNode {
  const token = cursor.peek();
  const { start, end } = token;
  if (cursor.at("true", "false")) {
    cursor.next();
    return { kind: "bool", value: token.text === "true", start, end };
  }
  if (token.kind === "name") {
    const path = parsePath(cursor, what);
    return { kind: "path", path, ...cursor.spanFrom(token) };
  }
  if (cursor.at("-")) return parseNegative(cursor);
  switch (token.kind) {
    case "number":
      cursor.next();
      return { kind: "number", value: token.value, integer: token.integer, start, end };
    case "duration":
      cursor.next();
      return { kind: "duration", value: token.value, start, end };
    case "string":
      cursor.next();
      return { kind: "string", value: token.value, start, end };
    case "hole":
      cursor.next();
      return { kind: "hole", hole: token.hole, start, end };
  }
  return cursor.fail(what);
}

function parseNegative(cursor: TokenCursor): ExpressionNode {
  const { start } = cursor.next();
  const token = cursor.peek();
  if (token.kind !== "number" && token.kind !== "duration") return cursor.fail("a number");
  cursor.next();
  const value = -token.value;
  if (token.kind === "duration") return { kind: "duration", value, start, end: token.end };
  return { kind: "number", value, integer: token.integer, start, end: token.end };
}

/** path = name { "." name } */
export function parsePath(cursor: TokenCursor, what: string): readonly Identifier[] {
  const path = [cursor.expectName(what)];
  while (cursor.take(".") !== undefined) path.push(cursor.expectName("a name after the dot"));
  return path;
}
