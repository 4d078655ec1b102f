/** Random cases by the whole road: event files, config, plugin workers, Arrow file; then again from the store. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { type Case, printCase } from "../support/case.ts";
import { isExpressible } from "../support/case_project.ts";
import { compileCase } from "../support/compiled_case.ts";
import { comparisonOf } from "../support/differential.ts";
import { oracleOutcome } from "../support/oracle_outcome.ts";
import { differenceBetween } from "../support/outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { SECOND_US } from "../support/random_rows.ts";
import { rowsFrom } from "../support/rows_text.ts";
import { runOutcomes } from "../support/run_outcome.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(0.1);

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test(`runSet() and oracle agree on ${CASES} cases from seed ${FIRST_SEED}`, async () => {
  let left = CASES;
  for (let seed = FIRST_SEED; left > 0; seed++) {
    const testCase = randomCase(seed);
    if (!isExpressible(testCase)) continue;
    left--;
    await assertAgree(testCase);
  }
});

Deno.test("runSet() stores a feature that another plugin's worker reads, too", async () => {
  const rows = rowsFrom("k ts x\n a 1s 1\n b 2s 2\n a 3s 3\n b 4s 4\n a 9s 5");
  const source = "source s { k string key, ts timestamp time, x f64 }";
  for (const window of ["5s", "tumbling 5s"]) {
    const feature = `feature f on s { total = sum(x) } over ${window}`;
    await assertAgree({
      seed: 0,
      plugins: [
        { name: "first", body: `\n${source}\n${feature}\n` },
        { name: "second", body: "\nfeature g on ${first.f} { h = ${half}(total) as f64 }\n" },
      ],
      sources: [{ definition: "first.s", entries: [rows] }],
      features: [{ name: "f0", definition: "first.f" }, { name: "f1", definition: "second.g" }],
      spine: { kind: "rows", of: 0 },
      startUs: 0,
      endUs: 20 * SECOND_US,
      partitions: 2,
      batchRows: 2,
    });
  }
});

/** Both runs, anew and from the store, give what the oracle gives. */
async function assertAgree(testCase: Case): Promise<void> {
  const compiled = compileCase(testCase);
  const expected = oracleOutcome(compiled);
  const wanted = expected.kind === "set"
    ? { ...expected, featureRows: new Map(), counts: new Map() }
    : expected;
  for (const [run, outcome] of (await runOutcomes(compiled)).entries()) {
    const difference = differenceBetween(wanted, outcome, comparisonOf(testCase));
    if (difference === undefined) continue;
    assert.fail(`seed ${testCase.seed}, run ${run + 1}: ${difference}\n${printCase(testCase)}`);
  }
}
