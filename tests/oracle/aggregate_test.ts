import assert from "node:assert/strict";
import type { AggregateCall, AggregateName } from "../../dsl/typed_ast.ts";
import { aggregateOf } from "./aggregate.ts";
import { callAggregate } from "./call.ts";
import { RowError, type Value } from "./value.ts";

type Options = Partial<AggregateCall> & { readonly atUs?: number };

/** The aggregate of values one second apart, from 0 on. */
function of(name: AggregateName, operands: readonly Value[], options: Options = {}): Value {
  return ofPairs(name, operands.map((value) => [value]), options);
}

function ofPairs(
  name: AggregateName,
  values: readonly (readonly Value[])[],
  { atUs = 10_000_000, ...options }: Options = {},
): Value {
  const call: AggregateCall = {
    kind: "aggregate",
    type: { kind: "f64" },
    name,
    window: { kind: "ever" },
    ...options,
  };
  const samples = values.map((values, i) => ({ values, timeUs: i * 1_000_000 }));
  return aggregateOf(call, samples, atUs);
}

function near(actual: Value, expected: number): void {
  assert.ok(Math.abs(Number(actual) - expected) < 1e-12, `${String(actual)} is not ${expected}`);
}

Deno.test("aggregateOf() of nothing is 0 for counts, sums and rates, else null", () => {
  const width = { window: { kind: "sliding", widthUs: 1_000_000 } } as const;
  for (const name of ["count", "sum", "count_distinct", "approx_distinct", "rate"] as const) {
    assert.equal(of(name, [], width), 0, name);
  }
  const others =
    "avg min max first last stddev_pop median any all covar corr skew kurtosis slope " +
    "delta drawdown entropy top1_ratio ewma decayed_sum arg_min top bottom first_k last_k collect " +
    "histogram top_frequency";
  for (const name of others.split(" ")) assert.equal(of(name as AggregateName, []), null, name);
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
  assert.equal(of("quantile", [0, 10, 20, 30, 40], { quantile: 0.25 }), 10);
  assert.equal(of("quantile", [0, 10], { quantile: 0.9 }), 9);
  assert.equal(of("quantile", [7], { quantile: 0.3 }), 7);
});

Deno.test("aggregateOf() orders texts by bytes, not by UTF-16 units", () => {
  assert.equal(of("max", ["\u{ff5e}", "\u{1f600}"]), "\u{1f600}");
  assert.deepEqual(of("bottom", ["b", "", "a", "a"], { most: 3 }), ["", "a", "a"]);
  assert.deepEqual(of("top", [1, 3, 3, 2], { most: 2 }), [3, 3]);
});

Deno.test("aggregateOf() refuses to order integers beyond 2^53 - 1, but counts them", () => {
  assert.throws(() => of("max", [2n ** 60n, 1]), RowError);
  assert.throws(() => of("sum", [2n ** 60n]), RowError);
  assert.equal(of("count_distinct", [2n ** 60n, 2n ** 60n, 2n ** 60n + 1n]), 2);
});

Deno.test("aggregateOf() gives moments, null where they are not defined", () => {
  near(of("skew", [1, 1, 4]), Math.sqrt(3));
  near(of("kurtosis", [1, 1, 1, 5]), 4);
  assert.equal(of("skew", [1, 2]), null);
  assert.equal(of("kurtosis", [2, 2, 2, 2]), null);
  near(ofPairs("corr", [[1, 2], [2, 4], [3, 6]]), 1);
  assert.equal(ofPairs("corr", [[1, 2], [1, 4]]), null);
  near(ofPairs("covar", [[1, 2], [3, 6]]), 4);
});

Deno.test("aggregateOf() takes the earliest of equal arguments", () => {
  const pairs = [["a", 2], ["b", 1], ["c", 1], ["d", 2]];
  assert.equal(ofPairs("arg_min", pairs), "b");
  assert.equal(ofPairs("arg_max", pairs), "a");
});

Deno.test("aggregateOf() counts frequencies: most first, then the smaller value", () => {
  const values = ["b", "a", "c", "a", "b"];
  assert.deepEqual(of("top_frequency", values, { most: 2 }), [
    { value: "a", count: 2 },
    { value: "b", count: 2 },
  ]);
  assert.equal(of("top1_ratio", values), 0.4);
  assert.deepEqual(of("histogram", [2, 1, 2]), new Map([[1, 1], [2, 2]]));
  assert.equal(of("entropy", [1, 2, 3, 4]), 2);
  assert.equal(of("entropy", [7, 7]), 0);
});

Deno.test("aggregateOf() halves weights with every half-life", () => {
  const options = { halfLifeUs: 1_000_000, atUs: 1_000_000 };
  near(of("decayed_sum", [4, 1], options), 3);
  near(of("ewma", [4, 1], options), 2);
  near(of("decayed_sum", [4, 1], { ...options, atUs: 3_000_000 }), 0.75);
});

Deno.test("aggregateOf() follows time: slope, delta, rate, drawdown", () => {
  near(of("slope", [1, 3, 5]), 2);
  assert.equal(of("slope", [1]), null);
  assert.equal(of("delta", [7, 1, 4]), -3);
  assert.equal(of("rate", [1, 1, 1], { window: { kind: "sliding", widthUs: 2_000_000 } }), 1.5);
  assert.equal(of("drawdown", [1, 4, 3, 8, 6]), 0.25);
  assert.equal(of("drawdown", [-4, -8]), 0);
});

Deno.test("callAggregate() gives a value per category, the largest by value or key", () => {
  const column = (name: string) =>
    ({ kind: "column", type: { kind: "f64" }, from: -1, name }) as const;
  const call: AggregateCall = {
    kind: "aggregate",
    type: { kind: "map", key: { kind: "string" }, value: { kind: "f64" } },
    name: "max",
    operand: column("x"),
    window: { kind: "ever" },
    per: { category: column("c") },
  };
  const rows = [["b", 1], ["a", null], [null, 9], ["c", 1], ["b", 0]] as const;
  const seen = rows.map(([c, x]) => ({
    timeUs: 0,
    evaluate: (of: { readonly kind: string }) => "name" in of && of.name === "c" ? c : x,
  }));
  const options = { atUs: 0, hole: () => undefined };
  const of = (top?: { most: number; by: "key" | "value" }) =>
    callAggregate({ ...call, per: { ...call.per!, ...(top && { top }) } }, seen, options);
  assert.deepEqual(of(), new Map([["a", null], ["b", 1], ["c", 1]]));
  assert.deepEqual(of({ most: 1, by: "value" }), new Map([["b", 1]]));
  assert.deepEqual(of({ most: 2, by: "key" }), new Map([["b", 1], ["c", 1]]));
});
