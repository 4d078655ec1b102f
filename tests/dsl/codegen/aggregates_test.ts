/** Every aggregate with a scalar value, in every window that drops rows or only adds, against two passes. */
import assert from "node:assert/strict";
import type { Window } from "../../../dsl/typed_ast.ts";
import { Random } from "../../support/random.ts";
import { CASES, valuesOf } from "./aggregate_cases.ts";
import {
  callOf,
  type CallShape,
  column,
  type Query,
  randomRows,
  type Row,
  rowsIn,
  runCalls,
  Y_IS_POSITIVE,
} from "./run_aggregates.ts";

const WINDOWS: readonly Window[] = [
  { kind: "sliding", widthUs: 1_000 },
  { kind: "sliding", widthUs: 333 },
  { kind: "last", rows: 7 },
  { kind: "last", rows: 1 },
  { kind: "ever" },
];

/** Ways to use a call: with a condition, without the row one stands at, with keys that are forgotten. */
interface Variant {
  readonly name: string;
  readonly shape?: Partial<CallShape>;
  readonly ttlUs?: number;
  readonly restarts?: boolean;
}

const VARIANTS: readonly Variant[] = [
  { name: "plain" },
  { name: "where", shape: { where: Y_IS_POSITIVE } },
  { name: "excluding current", shape: { excludesCurrent: true } },
  { name: "ttl", ttlUs: 120 },
  { name: "restored from snapshots", restarts: true },
  {
    name: "where, excluding current, ttl",
    ttlUs: 90,
    shape: { where: Y_IS_POSITIVE, excludesCurrent: true },
  },
];

for (const variant of VARIANTS) {
  for (const around of [0, 3, 1_000_000]) {
    Deno.test(`aggregates agree with two passes: ${variant.name}, around ${around}`, () => {
      for (let seed = 1; seed <= 3; seed++) compare(seed, around, variant);
    });
  }
}

function compare(seed: number, around: number, variant: Variant): void {
  const random = new Random(seed);
  const rows = randomRows(random, 150, around);
  const cases = WINDOWS.flatMap((window) =>
    CASES.map((entry) => ({
      ...entry,
      window,
      call: callOf({ ...entry.shape, ...variant.shape }, window),
    }))
  );
  const queries = queriesAmong(random, rows);
  const outcome = runCalls(cases.map(({ call }) => call), rows, {
    queries,
    slice: variant.restarts ? 40 : random.pick([1, 13, 1000]),
    restarts: variant.restarts ?? false,
    ...(variant.ttlUs === undefined ? {} : { ttlUs: variant.ttlUs }),
  });
  cases.forEach(({ shape, value, error = 0, window, call }, j) => {
    const check = (actual: number, seen: readonly Row[], query: Query & { i?: number }) => {
      const remembered = variant.ttlUs === undefined ? seen : since(seen, query, variant.ttlUs);
      const isForgotten = remembered.length === 0 && variant.ttlUs !== undefined;
      const held = rowsIn(window, remembered, query)
        .filter(({ y, i }) =>
          !(call.where && !(y > 0)) && !(call.excludesCurrent && i === query.i)
        );
      const counted = valuesOf(shape, held, query.t);
      const expected = value(counted);
      const given = shape.type && actual < 0 ? NaN : actual;
      const isClose = Math.abs(given - expected) <= error * (1 + Math.abs(expected));
      assert.ok(
        isClose || Object.is(given, expected) || (isForgotten && Number.isNaN(given)),
        `${shape.name} over ${JSON.stringify(window)}, seed ${seed}, ${JSON.stringify(query)}: ` +
          `${given}, expected ${expected}`,
      );
    };
    rows.forEach((row, i) => check(outcome.rows[j]![i]!, rows.slice(0, i + 1), row));
    queries.forEach((query, i) =>
      check(outcome.answers[j]![i]!, rows.filter(({ t }) => t <= query.t), query)
    );
  });
}

/** The key's rows since it was last forgotten, at a row or query. */
function since(seen: readonly Row[], { k, t }: Query, ttlUs: number): readonly Row[] {
  const own = seen.filter((row) => row.k === k);
  const next = (i: number) => own[i + 1]?.t ?? t;
  const last = own.findLastIndex((row, i) => row.t < next(i) - ttlUs);
  return own.slice(last + 1);
}

function queriesAmong(random: Random, rows: readonly Row[]): Query[] {
  return rows.filter(() => random.chance(0.2))
    .map(({ t }) => ({ t: t + random.int(500), k: 1 + random.int(3) }))
    .toSorted((a, b) => a.t - b.t);
}

Deno.test("rate is the rows a second of the window's length", () => {
  const rows = randomRows(new Random(3), 200, 0);
  const window = { kind: "sliding", widthUs: 500 } as const;
  const call = callOf({ name: "rate" }, window);
  const outcome = runCalls([call], rows, { queries: [], slice: 50 });
  rows.forEach((row, i) => {
    const held = rowsIn(window, rows.slice(0, i + 1), row);
    assert.equal(outcome.rows[0]![i], held.length / 0.0005);
  });
});

Deno.test("whole numbers beyond 2^53 - 1 can be counted and kept, not added up or ordered", () => {
  const operand = { kind: "column", from: -1, name: "x", type: { kind: "i64" } } as const;
  const rows = [{ i: 0, k: 1, t: 10, x: 2 ** 53 + 4, y: 1, s: 0 }];
  const run = (shape: Omit<CallShape, "operand">) =>
    runCalls([callOf({ ...shape, operand }, { kind: "ever" })], rows, { queries: [], slice: 1 })
      .rows[0]![0];
  assert.equal(run({ name: "count_distinct" }), 1);
  assert.equal(run({ name: "last", type: { kind: "i64" } }), 2 ** 53 + 4);
  assert.equal(run({ name: "arg_min", second: column("y"), type: { kind: "i64" } }), 2 ** 53 + 4);
  for (const name of ["sum", "min", "var", "quantile"] as const) {
    assert.throws(() => run({ name }), /beyond 2\^53 - 1/);
  }
});
