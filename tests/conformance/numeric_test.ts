/** How far sums, means and deviations of a sliding window may be from those computed anew. */
import assert from "node:assert/strict";
import type { Cells } from "../oracle/value.ts";
import { compileCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { Random } from "../support/random.ts";
import { SECOND_US } from "../support/random_rows.ts";

const WINDOW_US = 30 * SECOND_US;

interface Tick {
  readonly timeUs: number;
  readonly x: number;
}

/** Decimal fractions around a level that jumps now and then, by orders of magnitude. */
function ticks(seed: number, count: number, levels: readonly number[]): readonly Tick[] {
  const random = new Random(seed);
  let timeUs = 1_000_000_000 * SECOND_US, level = random.pick(levels);
  return Array.from({ length: count }, () => {
    timeUs += random.pick([0, 1, 1, 2, 40]) * SECOND_US / 10;
    if (random.chance(0.01)) level = random.pick(levels);
    return { timeUs, x: level + random.between(-1000, 1000) / 1000 * Math.min(level, 7) };
  });
}

async function rowsFor(rows: readonly Tick[], window = "30s"): Promise<readonly Cells[]> {
  const outcome = await engineOutcome(compileCase({
    seed: 0,
    plugins: [{
      name: "p",
      body: `
        source s { ts timestamp time, x f64 }
        feature f on s { total = sum(x), mean = avg(x), dev = stddev(x), spread = var_pop(x) } over ${window}`,
    }],
    sources: [{ definition: "p.s", entries: [rows.map(({ timeUs, x }) => ({ ts: timeUs, x }))] }],
    features: [{ name: "f", definition: "p.f" }],
    spine: { kind: "rows", of: 0 },
    startUs: 0,
    endUs: Number.MAX_SAFE_INTEGER,
    partitions: 1,
    batchRows: 1000,
  }));
  if (outcome.kind === "failed") assert.fail(outcome.message);
  return outcome.rows;
}

function assertNear(actual: unknown, expected: number, tolerance: number, what: string): void {
  assert.equal(typeof actual, "number", what);
  const distance = Math.abs(Number(actual) - expected);
  assert.ok(distance <= tolerance, `${what}: ${actual} is ${distance} from ${expected}`);
}

interface Exact {
  readonly total: number;
  readonly mean: number;
  readonly deviation: number | null;
  /** Σ|x| and the largest |x| of the rows that may have left a trace. */
  readonly size: number;
  readonly largest: number;
}

/** Two passes over the window; a trace reaches back to an anchor at most one window before it. */
function exactAt(rows: readonly Tick[], index: number): Exact {
  const timeUs = rows[index]?.timeUs ?? 0;
  const traced = rows.slice(0, index + 1).filter((row) => row.timeUs > timeUs - 2 * WINDOW_US);
  const window = traced.filter((row) => row.timeUs > timeUs - WINDOW_US).map((row) => row.x);
  const total = window.reduce((sum, x) => sum + x, 0);
  const mean = total / window.length;
  const squares = window.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    total,
    mean,
    deviation: window.length < 2 ? null : Math.sqrt(squares / (window.length - 1)),
    size: traced.reduce((sum, row) => sum + Math.abs(row.x), 0),
    largest: Math.max(...traced.map((row) => Math.abs(row.x))),
  };
}

async function assertRecipe(
  rows: readonly Tick[],
  deviationTolerance: (exact: Exact) => number,
): Promise<void> {
  const actual = await rowsFor(rows);
  assert.equal(actual.length, rows.length);
  for (const [i, cells] of actual.entries()) {
    const exact = exactAt(rows, i);
    assertNear(cells["f.total"], exact.total, 1e-12 * exact.size, `sum at row ${i}`);
    assertNear(cells["f.mean"], exact.mean, 1e-12 * exact.size, `mean at row ${i}`);
    assert.ok(Number(cells["f.spread"]) >= 0, `var_pop at row ${i}`);
    if (exact.deviation === null) assert.equal(cells["f.dev"], null);
    else {assertNear(
        cells["f.dev"],
        exact.deviation,
        deviationTolerance(exact),
        `stddev at row ${i}`,
      );}
  }
}

Deno.test("sliding sums, means and deviations around one level are those computed anew", async () => {
  await assertRecipe(
    ticks(11, 2000, [1_000_000]),
    ({ deviation }) => 1e-9 * (1 + (deviation ?? 0)),
  );
});

Deno.test("a jump by nine orders of magnitude leaves a trace of rounding only", async () => {
  await assertRecipe(ticks(12, 2000, [0.001, 100, 1_000_000]), ({ largest }) => 1e-7 * largest);
});

Deno.test("deviations over ever and last n of values far from zero keep their digits", async () => {
  const rows = ticks(14, 60, [1_000_000]).map(({ timeUs, x }) => ({ timeUs, x: x * 1000 }));
  for (const window of ["ever", "last 100", "1d"]) {
    for (const [i, cells] of (await rowsFor(rows, window)).entries()) {
      const { deviation } = exactAt(rows.slice(0, i + 1).map(({ x }) => ({ timeUs: 0, x })), i);
      if (deviation === null) continue;
      assertNear(cells["f.dev"], deviation, 1e-9 * deviation, `stddev over ${window} at row ${i}`);
    }
  }
});

Deno.test("the deviation of equal values is zero", async () => {
  const rows = ticks(13, 200, [1]).map(({ timeUs }) => ({ timeUs, x: 0.1 }));
  for (const cells of await rowsFor(rows)) {
    assert.ok(cells["f.dev"] === null || Number(cells["f.dev"]) <= 1e-12, String(cells["f.dev"]));
  }
});
