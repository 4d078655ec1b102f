/** Texts that are equal for structurally equal expressions. */
import type { Expression } from "../typed_ast.ts";

const keys = new WeakMap<Expression, string>();
const numbers = new Map<string, string>();

/** A text equal for structurally equal expressions, short however much they share. */
export function keyOf(expression: Expression): string {
  const known = keys.get(expression);
  if (known !== undefined) return known;
  const shape = JSON.stringify(expression, (_name, value) => {
    if (value !== expression && isExpression(value)) return keyOf(value);
    return Object.is(value, -0) ? "-0" : value;
  });
  const key = numbers.get(shape) ?? `#${numbers.size}`;
  numbers.set(shape, key);
  keys.set(expression, key);
  return key;
}

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "kind" in value && "type" in value;
}
