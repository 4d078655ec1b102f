import assert from "node:assert/strict";
import type { BinaryOperator, Expression } from "../../dsl/typed_ast.ts";
import type { ScalarKind } from "../../dsl/types.ts";
import { evaluate, type Scope } from "./expression.ts";
import { RowError, type Value } from "./value.ts";

const NOWHERE: Scope = {
  column: () => null,
  lag: () => null,
  aggregate: () => null,
  folded: () => null,
  hole: () => (...values) => values.reduce<number>((total, value) => total + Number(value), 0),
};

function literal(value: number | string | boolean | null): Expression {
  const kind = typeof value === "string" ? "string" : typeof value === "boolean" ? "bool" : "f64";
  return { kind: "literal", type: { kind }, value };
}

function binary(
  operator: BinaryOperator,
  operands: readonly Parameters<typeof literal>[0][],
  kind: ScalarKind = "f64",
): Value {
  const [left, right] = operands.map(literal);
  if (left === undefined || right === undefined) throw new RangeError("Two operands are needed");
  return evaluate({ kind: "binary", type: { kind }, operator, left, right }, NOWHERE);
}

function call(name: string, ...values: Parameters<typeof literal>[0][]): Value {
  return evaluate(
    { kind: "call", type: { kind: "f64" }, name, arguments: values.map(literal) },
    NOWHERE,
  );
}

Deno.test("evaluate() has three-valued and, or", () => {
  assert.equal(binary("and", [null, false]), false);
  assert.equal(binary("and", [null, true]), null);
  assert.equal(binary("or", [null, true]), true);
  assert.equal(binary("or", [false, null]), null);
});

Deno.test("evaluate() gives null for operators on null, not for ??", () => {
  assert.equal(binary("+", [1, null]), null);
  assert.equal(binary("==", [null, null]), null);
  assert.equal(binary("??", [null, 4]), 4);
  assert.equal(binary("??", [0, 4]), 0);
});

Deno.test("evaluate() keeps infinities inside an expression", () => {
  assert.equal(binary("/", [1, 0]), Infinity);
  assert.equal(binary(">", [Infinity, 5]), true);
  assert.equal(call("is_null", NaN), false);
});

Deno.test("evaluate() floors duration times number", () => {
  assert.equal(binary("*", [3, 0.5], "duration"), 1);
  assert.equal(binary("*", [-3, 0.5], "duration"), -2);
});

Deno.test("evaluate() fails on integers beyond 2^53 - 1", () => {
  assert.equal(binary("+", [2 ** 53 - 2, 1], "i64"), 2 ** 53 - 1);
  assert.throws(() => binary("+", [2 ** 53 - 1, 1], "i64"), RowError);
});

Deno.test("evaluate() calls scalars: null in, null out", () => {
  assert.equal(call("least", 2, null), null);
  assert.equal(call("greatest", 2, 5, 3), 5);
  assert.equal(call("div", -7, 2), -4);
  assert.equal(call("mod", -7, 2), 1);
  assert.equal(binary("%", [-7, 2]), -1);
  assert.equal(call("clip", 9, 0, 5), 5);
});

Deno.test("evaluate() reads x in (…) as a chain of ==", () => {
  assert.equal(call("in", "a", "b", "a"), true);
  assert.equal(call("in", "a", "b", null), null);
  assert.equal(call("in", "a", "b"), false);
  assert.equal(call("in", null, "b"), null);
});

Deno.test("evaluate() reads the calendar in UTC, Monday = 1", () => {
  const us = Date.UTC(2026, 1, 1, 13, 45, 59) * 1000;
  const parts = ["year", "month", "day", "hour", "minute", "second", "weekday"];
  assert.deepEqual(parts.map((part) => call(part, us)), [2026, 2, 1, 13, 45, 59, 7]);
  assert.equal(call("weekday", 0), 4);
  assert.equal(call("weekday", -1), 3);
  assert.equal(call("hour", -1), 23);
});
