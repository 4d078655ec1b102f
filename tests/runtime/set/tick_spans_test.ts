import assert from "node:assert/strict";
import type { Operation, PhysicalPlan } from "../../../dsl/mod.ts";
import { TickSpans } from "../../../runtime/set/tick_spans.ts";

const SECOND_US = 1_000_000;

/** A plan of one operation. */
function planOf(operation: Partial<Operation>): PhysicalPlan {
  return { sites: [{ operations: [{ level: 0, operation }] }] } as unknown as PhysicalPlan;
}

const TICKS = planOf({
  kind: "ticks",
  stepUs: SECOND_US,
  liveUs: 10 * SECOND_US,
  keepsUs: -1,
  changesUs: [],
});
const GRID = planOf({ kind: "grid", everyUs: SECOND_US });
const QUIET = { firstWaitingUs: Infinity, lastWaitingUs: -Infinity, keys: 1 };

Deno.test("TickSpans.ends() bounds the steps of a slice", () => {
  const ahead = { ...QUIET, sentUs: 0, boundUs: 10_000 * SECOND_US, lastSentUs: 0 };
  assert.deepEqual(new TickSpans(GRID).ends(ahead), [4096 * SECOND_US, 8192 * SECOND_US]);
  const ends = new TickSpans(GRID).ends({ ...ahead, keys: 10_000 });
  assert.equal(ends[0], 104 * SECOND_US, "the more keys, the fewer steps");
});

Deno.test("TickSpans.ends() leaves out time in which no key has ticks", () => {
  const spans = new TickSpans(TICKS);
  const year = 365 * 86_400 * SECOND_US;
  const ahead = { ...QUIET, sentUs: 0, boundUs: year, lastSentUs: 0 };
  assert.deepEqual(spans.ends(ahead), [], "keys are dead long before the bound");
  const waiting = { ...ahead, firstWaitingUs: year - 5, lastWaitingUs: year - 1 };
  assert.deepEqual(spans.ends({ ...waiting, sentUs: year / 2 }), [], "rows lie just before it");
  assert.equal(spans.steps({ ...ahead, lastSentUs: 0 }), 10);
});

Deno.test("TickSpans.ends() cuts nothing where time makes no rows, and no more than it must", () => {
  const ahead = { ...QUIET, sentUs: 0, boundUs: Infinity, lastSentUs: 1e15 };
  assert.deepEqual(new TickSpans(planOf({ kind: "kernel" })).ends(ahead), []);
  assert.ok(new TickSpans(GRID).ends(ahead).length < 1024);
  assert.deepEqual(
    new TickSpans(GRID).ends({ ...ahead, sentUs: -Infinity, lastSentUs: -Infinity }),
    [],
  );
});
