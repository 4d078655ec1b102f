import assert from "node:assert/strict";
import { isAscending, orderByTime, orderTiesBySequence } from "../../../runtime/engine/sort.ts";
import { Random } from "../../support/random.ts";

const SPREADS = [1, 2, 5000, 2 ** 24, 2 ** 30];

Deno.test("orderByTime() is a stable sort, for narrow and wide and negative times", () => {
  for (const [seed, spread] of SPREADS.entries()) {
    for (const unit of [1, 4096, 2 ** 20]) {
      const random = new Random(seed + 1);
      const times = Float64Array.from(
        { length: 500 },
        () => (random.int(spread) - Math.floor(spread / 2)) * unit,
      );
      const expected = [...times.keys()].sort((a, b) => times[a]! - times[b]! || a - b);
      assert.deepEqual([...orderByTime(times, 500)], expected, `spread ${spread}, unit ${unit}`);
    }
  }
});

Deno.test("orderByTime() sorts only the given length", () => {
  assert.deepEqual([...orderByTime(Float64Array.of(3, 1, 0), 2)], [1, 0]);
  assert.deepEqual([...orderByTime(new Float64Array(0), 0)], []);
});

Deno.test("isAscending() allows equal neighbours", () => {
  assert.equal(isAscending(Float64Array.of(1, 1, 2), 3), true);
  assert.equal(isAscending(Float64Array.of(1, 2, 1), 3), false);
  assert.equal(isAscending(Float64Array.of(1, 2, 1), 2), true);
});

Deno.test("orderTiesBySequence() moves rows within a time only", () => {
  const time = Float64Array.of(1, 5, 5, 5, 9);
  const rows = orderByTime(time, 5);
  orderTiesBySequence(rows, time, Float64Array.of(100, 3, 1, 2, 0));
  assert.deepEqual([...rows], [0, 2, 3, 1, 4]);
});
