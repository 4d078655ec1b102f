/** The bits do not depend on batch size, number of partitions, or order of arrival within lateness. */
import assert from "node:assert/strict";
import { type Case, printCase } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { differenceBetween, type Outcome } from "../support/outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { shuffledWithinLateness, withoutRefusedRows } from "../support/rearrange.ts";

const FIRST_SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 1);
const CASES = Math.ceil(Number(Deno.env.get("FEATURIZER_CASES") ?? 150) / 5);
const EXACTLY = { isClose: () => false };

/** Without counts: how much is read past the end of the range depends on the size of batches. */
async function outcomeOf(testCase: Case): Promise<Outcome> {
  const outcome = await engineOutcome(compileCase(testCase));
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
