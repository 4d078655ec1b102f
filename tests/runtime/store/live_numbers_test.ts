import assert from "node:assert/strict";
import { storedTime, timeOf } from "../../../runtime/store/live_numbers.ts";

Deno.test("times come back from what the store can hold, infinite ones and NaN too", () => {
  for (const us of [0, -1, 2 ** 53 - 1, Infinity, -Infinity, NaN]) {
    const stored = storedTime(us);
    assert.ok(stored === null || Number.isFinite(stored));
    assert.ok(Object.is(timeOf(stored), us), `${us}`);
  }
  assert.equal(timeOf(12n), 12);
});
