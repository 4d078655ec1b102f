/** The value of a typed expression, straight from the rules on numbers and nulls. */
import type { AggregateCall, Expression } from "../../dsl/typed_ast.ts";
import { castValue } from "./cast.ts";
import { fromForeign, toForeign } from "./foreign.ts";
import { callScalar } from "./scalars.ts";
import {
  compareValues,
  isList,
  isMap,
  isStruct,
  numberOf,
  RowError,
  textOf,
  type Value,
} from "./value.ts";

/** What an expression can ask of the row it is evaluated at. */
export interface Scope {
  column(from: number, name: string): Value;
  /** The operand at the key's n-th row before this one. */
  lag(operand: Expression, rows: number): Value;
  aggregate(call: AggregateCall): Value;
  /** An output of a fold's reducer. */
  folded(name: string): Value;
  hole(index: number): (...values: unknown[]) => unknown;
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
    case "call": {
      const values = expression.arguments.map((argument) => evaluate(argument, scope));
      const types = expression.arguments.map(({ type }) => type);
      return checked(expression, callScalar(expression.name, values, types));
    }
    case "hole":
      return callHole(expression, scope);
    case "lag":
      return scope.lag(expression.operand, expression.rows);
    case "cast":
      return castValue(
        evaluate(expression.operand, scope),
        expression.operand.type,
        expression.type,
      );
    case "field": {
      const value = evaluate(expression.operand, scope);
      return isStruct(value) ? value[expression.name] ?? null : null;
    }
    case "element":
      return element(evaluate(expression.operand, scope), evaluate(expression.index, scope));
    case "folded":
      return scope.folded(expression.name);
    case "aggregate":
      return checked(expression, scope.aggregate(expression));
  }
}

function element(value: Value, index: Value): Value {
  if (index === null) return null;
  if (isList(value)) return value.at(Number(index)) ?? null;
  if (!isMap(value)) return null;
  return [...value].find(([key]) => textOf(key) === textOf(index))?.[1] ?? null;
}

function unary(operator: "-" | "not", value: Value): Value {
  if (value === null) return null;
  return operator === "not" ? value !== true : -numberOf(value);
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
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
      return order(left, right) < 0;
    case "<=":
      return order(left, right) <= 0;
    case ">":
      return order(left, right) > 0;
    case ">=":
      return order(left, right) >= 0;
    default:
      return arithmetic(expression, numberOf(left), numberOf(right));
  }
}

/** NaN inside an expression equals nothing. */
function isEqual(left: Value, right: Value): boolean {
  return typeof left === "number" || typeof right === "number"
    ? left === right
    : textOf(left) === textOf(right);
}

/** NaN where either number is: no comparison holds then. */
function order(left: Value, right: Value): number {
  if (typeof left === "string") return compareValues(left, right);
  const [a, b] = [numberOf(left), numberOf(right)];
  return a === b ? 0 : a < b ? -1 : a > b ? 1 : NaN;
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
  const given = values.map((value, i) => toForeign(value, expression.arguments[i]!.type));
  const result = called(expression.name, () => scope.hole(expression.hole)(...given));
  return fromForeign(result, expression.type);
}

/** What a function of the user's gives; a throw is a row error. */
export function called<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new RowError(`Cannot call "${name}": it throws`, { cause });
  }
}
