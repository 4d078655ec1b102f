/** Expressions with some parts replaced; shared parts stay shared. */
import type { Expression } from "../typed_ast.ts";

/** `replace` gives the new part, or undefined to look inside. */
export function rewrite(
  expression: Expression,
  replace: (part: Expression) => Expression | undefined,
  known: Map<Expression, Expression>,
): Expression {
  const seen = known.get(expression);
  if (seen) return seen;
  const made = replace(expression) ?? inside(expression, (part) => rewrite(part, replace, known));
  known.set(expression, made);
  return made;
}

function inside(
  expression: Expression,
  change: (part: Expression) => Expression,
): Expression {
  switch (expression.kind) {
    case "unary":
    case "lag":
    case "cast":
    case "field":
      return { ...expression, operand: change(expression.operand) };
    case "element":
      return {
        ...expression,
        operand: change(expression.operand),
        index: change(expression.index),
      };
    case "binary":
      return { ...expression, left: change(expression.left), right: change(expression.right) };
    case "if":
      return {
        ...expression,
        condition: change(expression.condition),
        then: change(expression.then),
        otherwise: change(expression.otherwise),
      };
    case "call":
    case "hole":
      return { ...expression, arguments: expression.arguments.map(change) };
    default:
      return expression;
  }
}
