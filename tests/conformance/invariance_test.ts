/** The bits do not depend on batch size, number of partitions, order of arrival within lateness, or restarts. */
import assert from "node:assert/strict";
import { type Case, printCase } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { type EngineOptions, engineOutcome } from "../support/engine_outcome.ts";
import { differenceBetween, EXACT, type Outcome } from "../support/outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { Random } from "../support/random.ts";
import { SECOND_US } from "../support/random_rows.ts";
import { shuffledWithinLateness, withoutRefusedRows } from "../support/rearrange.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(0.1);
const EXACTLY = { toleranceOf: () => EXACT };

/** Without counts: how much is read past the end of the range depends on the size of batches. */
async function outcomeOf(testCase: Case, options: EngineOptions = {}): Promise<Outcome> {
  const outcome = await engineOutcome(compileCase(testCase), options);
  return outcome.kind === "set" ? { ...outcome, counts: new Map() } : outcome;
}

async function assertSame(base: Case, other: Case): Promise<void> {
  const difference = differenceBetween(await outcomeOf(base), await outcomeOf(other), EXACTLY);
  if (difference !== undefined) {
    const { batchRows, partitions } = other;
    const how = `with batches of ${batchRows} and ${partitions} partitions`;
    assert.fail(`seed ${base.seed}, ${how}: ${difference}\n${printCase(other)}`);
  }
}

async function forEachCase(check: (testCase: Case) => Promise<void>): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) await check(randomCase(seed));
}

Deno.test("evaluateSet() gives the same bits for batches of 1, 7 and 1000 rows", async () => {
  await forEachCase(async (testCase) => {
    const base = { ...testCase, batchRows: 1000 };
    for (const batchRows of [1, 7]) await assertSame(base, { ...base, batchRows });
  });
});

Deno.test("evaluateSet() gives the same bits for 1, 2 and 5 partitions", async () => {
  await forEachCase(async (testCase) => {
    const base = { ...testCase, partitions: 1 };
    for (const partitions of [2, 5]) await assertSame(base, { ...base, partitions });
  });
});

Deno.test("evaluateSet() gives the same bits for arrivals shuffled within the lateness", async () => {
  await forEachCase(async (testCase) => {
    const compiled = compileCase(testCase);
    const ordered = withoutRefusedRows(compiled);
    await assertSame(ordered, shuffledWithinLateness(compiled, ordered, testCase.seed));
  });
});

Deno.test("evaluateSet() gives the same bits when all sites start again from snapshots", async () => {
  await forEachCase(async (testCase) => {
    const base = { ...testCase, batchRows: 3 };
    const expected = await outcomeOf(base);
    for (const restartEvery of [1, 3]) {
      const actual = await outcomeOf(base, { restartEvery });
      const difference = differenceBetween(expected, actual, EXACTLY);
      const how = `seed ${base.seed}, restarts after every ${restartEvery} slices`;
      assert.equal(difference, undefined, `${how}\n${printCase(base)}`);
    }
  });
});

/** Sums, means and deviations of decimal fractions: each order of adding has its own last bits. */
function moments(seed: number): Case {
  const random = new Random(seed);
  let timeUs = 980_000_000 * SECOND_US;
  const rows = Array.from({ length: 200 }, () => {
    timeUs += random.pick([0, 0, 1, 1, 2, 9]) * SECOND_US;
    return { k: random.pick(["a", "b", "c"]), ts: timeUs, x: random.between(-20, 60) / 10 };
  });
  const aggregates = "a = sum(x), b = avg(x), c = stddev(x), d = var_pop(x)";
  const windows = [
    "over 7s",
    "over 10s",
    "over 60s",
    "over last 3",
    "over ever",
    "over tumbling 7s",
  ];
  const features = windows.map((window, i) => `feature f${i} on s { ${aggregates} } ${window}`);
  return {
    seed,
    plugins: [{
      name: "p",
      body: `source s { k string key, ts timestamp time, x f64 }\n${features.join("\n")}`,
    }],
    sources: [{ definition: "p.s", entries: [rows] }],
    features: windows.map((_, i) => ({ name: `f${i}`, definition: `p.f${i}` })),
    spine: { kind: "grid", everyUs: 3 * SECOND_US, keysOf: "p.s" },
    startUs: 980_000_000 * SECOND_US,
    endUs: timeUs,
    partitions: 1,
    batchRows: 1000,
  };
}

Deno.test("evaluateSet() gives sums of fractions the same last bit however rows are batched", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const base = moments(seed);
    for (const batchRows of [1, 3, 8, 50]) await assertSame(base, { ...base, batchRows });
    for (const partitions of [2, 3]) await assertSame(base, { ...base, partitions, batchRows: 7 });
  }
});
