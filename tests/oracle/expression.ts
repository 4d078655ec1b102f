/** The value of a typed expression, straight from the rules on numbers and nulls. */
import type { AggregateCall, Expression } from "../../dsl/typed_ast.ts";
import { callScalar } from "./scalars.ts";
import { RowError, type Value } from "./value.ts";

/** What an expression can ask of the row it is evaluated at. */
export interface Scope {
  column(from: number, name: string): Value;
  /** The operand at the key's n-th row before this one. */
  lag(operand: Expression, rows: number): Value;
  aggregate(call: AggregateCall): Value;
  hole(index: number): (...values: Value[]) => unknown;
}

type Binary = Extract<Expression, { kind: "binary" }>;

export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "column":
      return scope.column(expression.from, expression.name);
    case "unary":
      return unary(expression.operator, evaluate(expression.operand, scope));
    case "binary":
      return checked(expression, binary(expression, scope));
    case "if":
      return evaluate(expression.condition, scope) === true
        ? evaluate(expression.then, scope)
        : evaluate(expression.otherwise, scope);
    case "call":
      return checked(
        expression,
        callScalar(expression.name, expression.arguments.map((a) => evaluate(a, scope))),
      );
    case "hole":
      return callHole(expression, scope);
    case "lag":
      return scope.lag(expression.operand, expression.rows);
    case "aggregate":
      return checked(expression, scope.aggregate(expression));
  }
}

function unary(operator: "-" | "not", value: Value): Value {
  if (value === null) return null;
  return operator === "not" ? value !== true : -Number(value);
}

function binary(expression: Binary, scope: Scope): Value {
  const left = evaluate(expression.left, scope);
  const right = evaluate(expression.right, scope);
  switch (expression.operator) {
    case "??":
      return left ?? right;
    case "and":
      if (left === false || right === false) return false;
      return left === null || right === null ? null : true;
    case "or":
      if (left === true || right === true) return true;
      return left === null || right === null ? null : false;
    default:
      return left === null || right === null ? null : strict(expression, left, right);
  }
}

function strict(expression: Binary, left: Value, right: Value): Value {
  switch (expression.operator) {
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return Number(left) < Number(right);
    case "<=":
      return Number(left) <= Number(right);
    case ">":
      return Number(left) > Number(right);
    case ">=":
      return Number(left) >= Number(right);
    default:
      return arithmetic(expression, Number(left), Number(right));
  }
}

function arithmetic(expression: Binary, left: number, right: number): number {
  switch (expression.operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return expression.type.kind === "duration" ? Math.floor(left * right) : left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    default:
      throw new RangeError(`Cannot compute "${expression.operator}": it is no arithmetic operator`);
  }
}

/** i64 arithmetic is exact within ±(2^53 − 1), else a row error. */
function checked(expression: Expression, value: Value): Value {
  if (expression.type.kind !== "i64" || typeof value !== "number") return value;
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new RowError(`Cannot compute a 64-bit integer: ${value} is beyond 2^53 - 1`);
  }
  return value;
}

function callHole(expression: Extract<Expression, { kind: "hole" }>, scope: Scope): Value {
  const values = expression.arguments.map((argument) => evaluate(argument, scope));
  if (values.includes(null)) return null;
  const result = called(expression.name, () => scope.hole(expression.hole)(...values));
  return typeof result === "number" || typeof result === "boolean" ? result : null;
}

function called(name: string, call: () => unknown): unknown {
  try {
    return call();
  } catch (cause) {
    throw new RowError(`Cannot call "${name}": it throws`, { cause });
  }
}
