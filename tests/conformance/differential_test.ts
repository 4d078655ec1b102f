/** Seeded random plugins, streams and sets: the engine agrees with the oracle on every value. */
import assert from "node:assert/strict";
import { differenceOf, reportOf } from "../support/differential.ts";
import { randomCase } from "../support/random_case.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(1);
const ROWS = Number(Deno.env.get("FEATURIZER_ROWS") ?? 40);

Deno.test(`engine and oracle agree on ${CASES} cases from seed ${FIRST_SEED}`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const testCase = randomCase(seed, { rows: ROWS, features: 6 });
    const difference = await differenceOf(testCase);
    if (difference !== undefined) assert.fail(await reportOf(testCase, difference));
  }
});
