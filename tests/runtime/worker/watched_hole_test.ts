import assert from "node:assert/strict";
import { createPulse, isInside, type Pulse, watchPulse } from "../../../runtime/worker/pulse.ts";
import { watchedHole } from "../../../runtime/worker/watched_hole.ts";

type Call = (...args: unknown[]) => unknown;

/** What a function that says so is given, and whether the pulse was odd meanwhile. */
function given(make: (pulse: Pulse) => unknown, ...args: unknown[]): unknown {
  const pulse = createPulse();
  const result = (watchedHole(make(pulse), pulse) as Call)(...args);
  assert.equal(isInside(pulse[0]!), false);
  return result;
}

Deno.test("watchedHole() calls with the same arguments and answers the same", () => {
  assert.equal(given(() => (a: number, b: number) => a - b, 5, 3), 2);
  assert.deepEqual(given(() => (...all: unknown[]) => all, 1, null), [1, null]);
  assert.equal(given(() => (a: number, b = 7) => a + b, 1), 8);
  assert.equal(
    given(
      () =>
        function () {
          return arguments.length;
        },
      1,
      2,
    ),
    2,
  );
  assert.equal(
    given(
      () => (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e,
      1,
      2,
      3,
      4,
      5,
    ),
    15,
  );
  assert.equal(given(() => Math.max, 1, 9, 3), 9);
  assert.equal(given((pulse) => () => isInside(pulse[0]!)), true);
});

Deno.test("watchedHole() watches methods, with their object, and leaves the rest as it is", () => {
  const pulse = createPulse();
  const hole = {
    first: 3,
    init() {
      return this.first;
    },
    add: (state: number, x: number) => state + x + (isInside(pulse[0]!) ? 100 : 0),
    reduce: () => {
      throw new Error("on purpose");
    },
  };
  const watched = watchedHole(hole, pulse) as typeof hole;
  assert.equal(watched.init(), 3);
  assert.equal(watched.add(1, 2), 103);
  assert.throws(() => watched.reduce(), { message: "on purpose" });
  assert.equal(isInside(pulse[0]!), false);
  for (const other of [5, "text", null, undefined, { parse: 1 }]) {
    assert.equal(watchedHole(other, pulse), other);
  }
});

Deno.test("watchPulse() tells of a call that does not end, and not of many that do", async () => {
  const [stuck, busy] = [createPulse(), createPulse()];
  const told = Promise.withResolvers<void>();
  let isWrong = false;
  const ends = [
    watchPulse(stuck, 40, told.resolve),
    watchPulse(busy, 40, () => isWrong = true),
  ];
  const calls = setInterval(() => busy[0]! += 2, 1);
  stuck[0]!++;
  busy[0]!++;
  await told.promise;
  clearInterval(calls);
  assert.equal(isWrong, false);
  for (const end of ends) end();
});
