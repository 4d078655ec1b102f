/** Paths of names, and the constants of windows, clauses and parameters. */
import type { ExpressionNode, Identifier } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";

/** constant = number | duration | string | "true" | "false" | hole | path | "-" constant */
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
  if (cursor.at("-")) return parseNegative(cursor, what);
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

function parseNegative(cursor: TokenCursor, what: string): ExpressionNode {
  const { start } = cursor.next();
  cursor.notes.signs.push(start);
  if (cursor.at("-")) return cursor.fail(what);
  const operand = parseConstant(cursor, what);
  const span = { start, end: operand.end };
  switch (operand.kind) {
    case "number":
      return { kind: "number", value: -operand.value, integer: operand.integer, ...span };
    case "duration":
      return { kind: "duration", value: -operand.value, ...span };
    default:
      return { kind: "unary", operator: "-", operand, ...span };
  }
}

/** path = name { "." name } */
export function parsePath(cursor: TokenCursor, what: string): readonly Identifier[] {
  const path = [cursor.expectName(what)];
  while (cursor.take(".") !== undefined) path.push(cursor.expectName("a name after the dot"));
  return path;
}
