/** Seeded random plugins, streams and sets: the engine agrees with the oracle on every value. */
import assert from "node:assert/strict";
import { differenceOf, reportOf } from "../support/differential.ts";
import { randomCase } from "../support/random_case.ts";
import { failuresInRanges, isOneRange } from "../support/seed_ranges.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(1);
const ROWS = Number(Deno.env.get("FEATURIZER_ROWS") ?? 40);

Deno.test(
  `engine and oracle agree on ${CASES} cases from seed ${FIRST_SEED}`,
  isOneRange(CASES) ? compareHere : compareApart,
);

async function compareHere(): Promise<void> {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const testCase = randomCase(seed, { rows: ROWS, features: 6 });
    const difference = await differenceOf(testCase);
    if (difference !== undefined) assert.fail(await reportOf(testCase, difference));
  }
}

async function compareApart(): Promise<void> {
  const seeds = { first: FIRST_SEED, cases: CASES };
  const failures = await failuresInRanges(new URL(import.meta.url), seeds, ({ first, cases }) => {
    console.log(`seeds ${first} to ${first + cases - 1} agree`);
  });
  if (failures.length > 0) assert.fail(failures.join("\n"));
}
