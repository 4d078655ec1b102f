/** Hand-worked cases: both the oracle and the engine give exactly what the hand gives. */
import assert from "node:assert/strict";
import { compileCase } from "../support/compiled_case.ts";
import { engineOutcome } from "../support/engine_outcome.ts";
import { caseOf, comparable, type Golden } from "../support/golden_case.ts";
import { oracleOutcome } from "../support/oracle_outcome.ts";
import type { Outcome } from "../support/outcome.ts";
import { rowsFrom } from "../support/rows_text.ts";
import { CLOSED } from "./golden/closed.ts";
import { CORNERS } from "./golden/corners.ts";
import { EVENTS } from "./golden/events.ts";
import { FORGETTING } from "./golden/forgetting.ts";
import { INSTANTS } from "./golden/instants.ts";
import { JOINS } from "./golden/joins.ts";
import { REQUESTS } from "./golden/requests.ts";
import { SETS } from "./golden/sets.ts";
import { STREAMS } from "./golden/streams.ts";
import { VALUES } from "./golden/values.ts";
import { WINDOWS } from "./golden/windows.ts";

for (
  const golden of [
    ...WINDOWS,
    ...CLOSED,
    ...EVENTS,
    ...FORGETTING,
    ...INSTANTS,
    ...JOINS,
    ...STREAMS,
    ...VALUES,
    ...SETS,
    ...CORNERS,
    ...REQUESTS,
  ]
) {
  Deno.test(`golden: ${golden.name} (oracle)`, () => {
    compare(golden, oracleOutcome(compileCase(caseOf(golden))));
  });
  Deno.test(`golden: ${golden.name} (engine)`, async () => {
    compare(golden, await engineOutcome(compileCase(caseOf(golden))));
  });
}

function compare(golden: Golden, outcome: Outcome): void {
  if (outcome.kind === "failed") assert.fail(outcome.message);
  const expected = rowsFrom(golden.expected);
  assert.deepEqual(comparable(outcome.rows, expected), expected);
  for (const count of ["droppedPastLabels", "labelNulls"] as const) {
    if (golden[count] !== undefined) assert.equal(outcome[count], golden[count], count);
  }
  for (const [source, counts] of Object.entries(golden.counts ?? {})) {
    assert.deepEqual(outcome.counts.get(source), counts, source);
  }
}
