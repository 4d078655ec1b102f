import assert from "node:assert/strict";
import type { AggregateCall, AggregateName } from "../../dsl/typed_ast.ts";
import { aggregateOf } from "./aggregate.ts";
import type { Value } from "./value.ts";

function of(name: AggregateName, operands: readonly Value[], quantile?: number): Value {
  const call: AggregateCall = {
    kind: "aggregate",
    type: { kind: "f64" },
    name,
    window: { kind: "ever" },
    ...(quantile === undefined ? {} : { quantile }),
  };
  return aggregateOf(call, operands);
}

Deno.test("aggregateOf() gives 0 for counts and sums of nothing, else null", () => {
  for (const name of ["count", "sum", "count_distinct"] as const) assert.equal(of(name, [null]), 0);
  for (const name of ["avg", "min", "max", "first", "last", "stddev_pop", "var_pop"] as const) {
    assert.equal(of(name, [null]), null, name);
  }
  for (const name of ["median", "any", "all", "var", "stddev"] as const) {
    assert.equal(of(name, []), null, name);
  }
});

Deno.test("aggregateOf() skips nulls by position and by value", () => {
  const operands = [null, 3, 1, null, 3];
  assert.equal(of("count", operands), 3);
  assert.equal(of("count_distinct", operands), 2);
  assert.equal(of("first", operands), 3);
  assert.equal(of("last", [1, 2, null]), 2);
  assert.equal(of("sum", operands), 7);
  assert.equal(of("min", operands), 1);
  assert.equal(of("max", operands), 3);
});

Deno.test("aggregateOf() computes sample and population spread", () => {
  const operands = [2, 4, 4, 4, 5, 5, 7, 9];
  assert.equal(of("var_pop", operands), 4);
  assert.equal(of("stddev_pop", operands), 2);
  assert.equal(of("var", operands), 32 / 7);
  assert.equal(of("stddev", [5]), null);
  assert.equal(of("stddev_pop", [5]), 0);
});

Deno.test("aggregateOf() interpolates quantiles between ranks", () => {
  assert.equal(of("median", [4, 1, 3, 2]), 2.5);
  assert.equal(of("quantile", [0, 10, 20, 30, 40], 0.25), 10);
  assert.equal(of("quantile", [0, 10], 0.9), 9);
  assert.equal(of("quantile", [7], 0.3), 7);
});

Deno.test("aggregateOf() joins booleans that are there", () => {
  assert.equal(of("any", [false, null, true]), true);
  assert.equal(of("any", [false, null]), false);
  assert.equal(of("all", [true, null]), true);
  assert.equal(of("all", [true, false]), false);
});
