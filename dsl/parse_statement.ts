/** The statements of a feature. */
import type { StatementNode } from "./ast.ts";
import type { TokenCursor } from "./cursor.ts";
import { parseExpression } from "./parse_expression.ts";

/** statement = [ "let" ] name "=" expression */
export function parseStatement(cursor: TokenCursor): StatementNode {
  const first = cursor.peek();
  const kind = cursor.take("let") === undefined ? "output" : "let";
  const name = cursor.expectName('a statement "name = expression"');
  cursor.expect("=", `after "${name.name}"`);
  const value = parseExpression(cursor);
  const doc = first.doc === undefined ? {} : { doc: first.doc };
  const node = { kind, name, value, ...doc, ...cursor.spanFrom(first) } as const;
  requireBreak(cursor);
  return node;
}

/** After a statement comes the next one, on a new line or after a comma. */
function requireBreak(cursor: TokenCursor): void {
  const token = cursor.peek();
  if (cursor.at("}", ",") || token.kind === "end" || token.startsLine) return;
  const hint = cursor.at("over", "where", "per")
    ? "only aggregates take where, per and over"
    : undefined;
  cursor.fail("an operator, a comma or a new line", hint);
}
