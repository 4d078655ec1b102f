/** Windows of tiles against the same windows by two passes over their rows. */
import assert from "node:assert/strict";
import { isMergeable, tiledWindowOf } from "../../../../dsl/codegen/tiles/tiling.ts";
import type { AggregateCall } from "../../../../dsl/typed_ast.ts";
import { Random } from "../../../support/random.ts";
import { type AggregateCase, CASES, valuesOf } from "../aggregate_cases.ts";
import { callOf, type Query, randomRows, type Row, runCalls } from "../run_aggregates.ts";
import { rowsIn, Y_IS_POSITIVE } from "../run_aggregates.ts";

/** The very object that `valuesOf` knows. */
const X = CASES[0]!.shape.operand!;
const MORE: readonly AggregateCase[] = [
  { shape: { name: "stddev_pop", operand: X }, value: ({ x }) => deviation(x), error: 1e-9 },
  {
    shape: { name: "avg", operand: X },
    value: ({ x }) => x.length > 0 ? x.reduce((a, b) => a + b, 0) / x.length : NaN,
    error: 1e-12,
  },
];
const WIDTHS = [6_400, 333 * 33, 64];
const MERGEABLE = [...CASES, ...MORE].filter(({ shape }) =>
  isMergeable(callOf(shape, { kind: "sliding", widthUs: 64 }))
);

function deviation(x: readonly number[]): number {
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  return x.length > 0 ? Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length) : NaN;
}

const VARIANTS = [
  { name: "plain" },
  { name: "where", shape: { where: Y_IS_POSITIVE } },
  { name: "excluding current", shape: { excludesCurrent: true } },
  { name: "ttl", ttlUs: 120 },
  { name: "restored from snapshots", restarts: true },
  { name: "ttl, excluding current", ttlUs: 90, shape: { excludesCurrent: true } },
];

for (const { name, shape: more = {}, ttlUs, restarts = false } of VARIANTS) {
  Deno.test(`windows of tiles agree with two passes: ${name}`, () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed);
      const rows = randomRows(random, 300, seed % 2 === 0 ? 0 : 1000);
      const queries = rows.filter(() => random.chance(0.2))
        .map(({ t }) => ({ t: t + random.int(3_000), k: random.int(4) }))
        .toSorted((a, b) => a.t - b.t);
      const cases = WIDTHS.flatMap((widthUs) =>
        MERGEABLE.map((entry) => ({
          ...entry,
          call: callOf({ ...entry.shape, ...more }, { kind: "sliding", widthUs }),
        }))
      );
      const calls = cases.map(({ call }) => call);
      const options = { queries, restarts, tiledFromUs: 1, ...(ttlUs ? { ttlUs } : {}) };
      const outcome = runCalls(calls, rows, { ...options, slice: restarts ? 40 : 1000 });
      if (!restarts) {
        assert.deepEqual(runCalls(calls, rows, { ...options, slice: 7 }), outcome, "in slices");
      }
      cases.forEach(({ call, shape, value, error = 0 }, j) => {
        const check = (actual: number, seen: readonly Row[], query: Query & { i?: number }) => {
          const expected = expectedOf(call, { shape, value }, { seen, query, ttlUs });
          const given = shape.type && actual < 0 ? NaN : actual;
          const isClose = Math.abs(given - expected) <= error * (1 + Math.abs(expected));
          assert.ok(
            isClose || Object.is(given, expected) || (isGone(seen, query, ttlUs)),
            `${shape.name} over ${JSON.stringify(call.window)}, seed ${seed}, ` +
              `${JSON.stringify(query)}: ${given}, expected ${expected}`,
          );
        };
        rows.forEach((row, i) => check(outcome.rows[j]![i]!, rows.slice(0, i + 1), row));
        queries.forEach((query, i) =>
          check(outcome.answers[j]![i]!, rows.filter(({ t }) => t <= query.t), query)
        );
      });
    }
  });
}

Deno.test("every statistic of a few words has tiles", () => {
  const names = new Set(MERGEABLE.map(({ shape }) => shape.name));
  const wanted = [
    ...["count", "sum", "avg", "stddev_pop", "min", "max", "first", "last", "arg_min", "arg_max"],
    ...["covar", "corr", "slope", "skew", "kurtosis", "ewma", "decayed_sum"],
  ] as const;
  assert.deepEqual(wanted.filter((name) => !names.has(name)), []);
});

/** With a ttl a count of no rows may be null: the whole key is gone. */
function isGone(seen: readonly Row[], query: Query, ttlUs: number | undefined): boolean {
  return ttlUs !== undefined && remembered(seen, query, ttlUs).length === 0;
}

function expectedOf(
  call: AggregateCall,
  { shape, value }: AggregateCase,
  { seen, query, ttlUs }: {
    seen: readonly Row[];
    query: Query & { i?: number };
    ttlUs: number | undefined;
  },
): number {
  const held = rowsIn(call.window, ttlUs ? remembered(seen, query, ttlUs) : seen, query).filter((
    { y, i },
  ) => !(call.where && !(y > 0)) && !(call.excludesCurrent && i === query.i));
  return value(valuesOf(shape, held, query.t));
}

/** The key's rows since it was last forgotten. */
function remembered(seen: readonly Row[], { k, t }: Query, ttlUs: number): readonly Row[] {
  const own = seen.filter((row) => row.k === k);
  const last = own.findLastIndex((row, i) => row.t < (own[i + 1]?.t ?? t) - ttlUs);
  return own.slice(last + 1);
}

/**
 * Tiles of 10 us, a window of 640 us; `|` are the tiles' ends. A row at the window's start is out, one a microsecond
 * later is in, and so is one at the end of a tile.
 *
 *   0        10        20   ...   640       650
 *   |   a  b |c        |          |         |
 */
Deno.test("both ends of a window of tiles are exact to the microsecond", () => {
  const row = (i: number, t: number): Row => ({ i, k: 1, t, x: 2 ** i, y: 1, s: 0 });
  const rows = [row(0, 5), row(1, 10), row(2, 11), row(3, 645)];
  const sum = callOf({ name: "sum", operand: X }, { kind: "sliding", widthUs: 640 });
  const at = [5, 9, 10, 11, 644, 645, 649, 650, 651, 1284, 1285, 9999];
  const queries = at.map((t) => ({ t, k: 1 }));
  const { rows: [sums], answers: [answers] } = runCalls([sum], rows, {
    queries,
    slice: 2,
    tiledFromUs: 1,
  });
  assert.deepEqual([...sums!], [1, 3, 7, 2 + 4 + 8]);
  assert.deepEqual([...answers!], [1, 1, 3, 7, 7, 14, 14, 12, 8, 8, 0, 0]);
});

Deno.test("windows keep tiles if they are long, have even tiles and only what can be merged", () => {
  const day = 86_400_000_000;
  const call = (name: "sum" | "median", widthUs: number) =>
    callOf({ name, operand: X }, { kind: "sliding", widthUs });
  const tiling = (...calls: readonly AggregateCall[]) => tiledWindowOf(calls[0]!.window, calls);
  assert.deepEqual(tiling(call("sum", 30 * day)), {
    widthUs: 30 * day,
    tileUs: 30 * day / 64,
    tiles: 64,
  });
  assert.equal(tiling(call("sum", day - 1)), undefined);
  assert.equal(tiling(call("sum", day), call("median", day)), undefined);
  assert.equal(tiling(call("sum", day), call("median", 2 * day))?.tileUs, day / 64);
  assert.equal(tiling(call("sum", day + 1)), undefined, "a prime number of microseconds");
  const excluded = { ...call("sum", day), excludesCurrent: true };
  assert.equal(tiling(excluded)?.tiles, 64);
});
