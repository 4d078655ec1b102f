import assert from "node:assert/strict";
import { Barriers } from "../../../runtime/worker/barriers.ts";

Deno.test("Barriers takes one snapshot of each partition for a barrier that was sent", () => {
  const barriers = new Barriers();
  assert.equal(barriers.take("0:0", 3), false);
  barriers.expect(3);
  barriers.expect(3);
  assert.equal(barriers.take("0:0", 3), true);
  assert.equal(barriers.take("0:0", 3), false);
  assert.equal(barriers.take("0:1", 3), true);
  assert.equal(barriers.take("0:0", 4), false);
});

Deno.test("Barriers forgets the oldest of many", () => {
  const barriers = new Barriers();
  for (let slice = 0; slice < 100; slice++) barriers.expect(slice);
  assert.equal(barriers.take("0:0", 0), false);
  assert.equal(barriers.take("0:0", 99), true);
});
