/** Seeded random cases whose sliding windows all keep tiles, however short: they agree with the oracle. */
import assert from "node:assert/strict";
import { printCase } from "../support/case.ts";
import { differenceOf } from "../support/differential.ts";
import { randomCase } from "../support/random_case.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(0.2);
const RESTART_EVERY = 3;

Deno.test(`windows of tiles and the oracle agree on ${CASES} cases from seed ${FIRST_SEED}`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const testCase = randomCase(seed, { rows: 40, features: 6 });
    const restarts = seed % 2 === 0 ? { restartEvery: RESTART_EVERY } : {};
    const difference = await differenceOf(testCase, { tiledFromUs: 1, ...restarts });
    assert.equal(difference, undefined, `seed ${seed}\n${printCase(testCase)}`);
  }
});
