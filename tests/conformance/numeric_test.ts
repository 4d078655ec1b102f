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

/** Decimal fractions around a level that jumps by orders of magnitude. */
function ticks(seed: number, count: number): readonly Tick[] {
  const random = new Random(seed);
  let timeUs = 1_000_000_000 * SECOND_US, level = 100;
  return Array.from({ length: count }, () => {
    timeUs += random.pick([0, 1, 1, 2, 40]) * SECOND_US / 10;
    if (random.chance(0.01)) level = random.pick([0.001, 100, 1_000_000]);
    return { timeUs, x: level + random.between(-1000, 1000) / 1000 * Math.min(level, 7) };
  });
}

async function rowsFor(rows: readonly Tick[]): Promise<readonly Cells[]> {
  const outcome = await engineOutcome(compileCase({
    seed: 0,
    plugins: [{
      name: "p",
      body: `
        source s { ts timestamp time, x f64 }
        feature f on s { total = sum(x), mean = avg(x), dev = stddev(x), spread = var_pop(x) } over 30s`,
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

Deno.test("sliding sums, means and deviations stay near those computed anew", async () => {
  const rows = ticks(11, 3000);
  const actual = await rowsFor(rows);
  assert.equal(actual.length, rows.length);
  for (const [i, { timeUs }] of rows.entries()) {
    const seen = rows.slice(0, i + 1).filter((row) => row.timeUs > timeUs - 2 * WINDOW_US);
    const window = seen.filter((row) => row.timeUs > timeUs - WINDOW_US).map((row) => row.x);
    const size = seen.reduce((total, row) => total + Math.abs(row.x), 0);
    const total = window.reduce((sum, x) => sum + x, 0);
    const mean = total / window.length;
    const squares = window.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const largest = Math.max(...seen.map((row) => Math.abs(row.x)));
    const cells = actual[i] ?? {};
    assertNear(cells["f.total"], total, 1e-12 * size, `sum at row ${i}`);
    assertNear(
      cells["f.mean"],
      mean,
      1e-12 * size / window.length + 1e-15 * largest,
      `mean at ${i}`,
    );
    assert.ok(Number(cells["f.spread"]) >= 0, `var_pop at row ${i}`);
    if (window.length < 2) assert.equal(cells["f.dev"], null);
    else {
      const deviation = Math.sqrt(squares / (window.length - 1));
      assertNear(cells["f.dev"], deviation, 1e-9 * largest, `stddev at row ${i}`);
    }
  }
});

Deno.test("the deviation of equal values is zero", async () => {
  const rows = ticks(12, 200).map(({ timeUs }) => ({ timeUs, x: 0.1 }));
  for (const cells of await rowsFor(rows)) {
    assert.ok(cells["f.dev"] === null || Number(cells["f.dev"]) <= 1e-12, String(cells["f.dev"]));
  }
});
