/** Random cases by the whole road: event files, config, plugin workers, Arrow file; then again from the store. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { printCase } from "../support/case.ts";
import { isExpressible } from "../support/case_project.ts";
import { compileCase } from "../support/compiled_case.ts";
import { comparisonOf } from "../support/differential.ts";
import { oracleOutcome } from "../support/oracle_outcome.ts";
import { differenceBetween } from "../support/outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { runOutcomes } from "../support/run_outcome.ts";

const FIRST_SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 1);
const CASES = Math.ceil(Number(Deno.env.get("FEATURIZER_CASES") ?? 150) / 10);

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test(`runSet() and oracle agree on ${CASES} cases from seed ${FIRST_SEED}`, async () => {
  let left = CASES;
  for (let seed = FIRST_SEED; left > 0; seed++) {
    const testCase = randomCase(seed);
    if (!isExpressible(testCase)) continue;
    left--;
    const compiled = compileCase(testCase);
    const expected = oracleOutcome(compiled);
    const wanted = expected.kind === "set"
      ? { ...expected, featureRows: new Map(), counts: new Map() }
      : expected;
    for (const [run, outcome] of (await runOutcomes(compiled)).entries()) {
      const difference = differenceBetween(wanted, outcome, comparisonOf(testCase));
      if (difference === undefined) continue;
      assert.fail(`seed ${seed}, run ${run + 1}: ${difference}\n${printCase(testCase)}`);
    }
  }
});
