/** Another future changes no value of the past, not in one bit. */
import assert from "node:assert/strict";
import type { Cells } from "../oracle/value.ts";
import { type Case, printCase } from "../support/case.ts";
import { compileCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { randomCase } from "../support/random_case.ts";
import { middleOf, withAnotherFuture, withoutRefusedRows } from "../support/rearrange.ts";
import { casesOf, FIRST_SEED } from "../support/seeds.ts";

const CASES = casesOf(0.25);

async function rowsUntil(testCase: Case, cutUs: number): Promise<readonly Cells[]> {
  const outcome = await engineOutcome(compileCase(testCase));
  if (outcome.kind === "failed") return [];
  return outcome.rows.filter((row) => Number(row["timestamp"]) <= cutUs);
}

Deno.test("evaluateSet() gives values that no later row can change", async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const { label: _label, ...testCase } = randomCase(seed);
    const compiled = compileCase(testCase);
    const ordered = withoutRefusedRows(compiled);
    const cutUs = middleOf(testCase);
    const changed = withAnotherFuture(compiled, ordered, { cutUs, seed });
    const [before, after] = [await rowsUntil(ordered, cutUs), await rowsUntil(changed, cutUs)];
    assert.deepEqual(after, before, `seed ${seed}, cut at ${cutUs}\n${printCase(changed)}`);
  }
});
