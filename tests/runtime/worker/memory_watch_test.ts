import assert from "node:assert/strict";
import { watchMemory } from "../../../runtime/worker/memory_watch.ts";

const NOTHING = { heapBytes: 0, bufferBytes: -Infinity };
const ANYTHING = { heapBytes: 0, bufferBytes: Infinity };

/** A guest that may answer, and tells when it is blamed. */
function createGuest(answers: boolean, { isInPlugin = false } = {}) {
  const blamed = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const guest = {
    unanswered: 0,
    isInPlugin,
    ask() {
      if (!answers) guest.unanswered++;
      if (++asks === 8) asked.resolve();
    },
    blameForGrowth: () => blamed.resolve(),
  };
  let asks = 0;
  return { guest, blamed, asked };
}

Deno.test("watchMemory() blames the guest that gives no answer while the process grows, no other", async () => {
  const silent = createGuest(false);
  const honest = createGuest(true);
  const unwatch = [silent, honest].map(({ guest }) => watchMemory(guest, NOTHING));
  let isBlamed = false;
  honest.blamed.promise.then(() => isBlamed = true);
  await silent.blamed.promise;
  await honest.asked.promise;
  assert.equal(isBlamed, false);
  for (const end of unwatch) end();
});

Deno.test("watchMemory() blames the guest whose plugin is at work, of several that give no answer", async () => {
  const guests = [false, true, false].map((isInPlugin) => createGuest(false, { isInPlugin }));
  const unwatch = guests.map(({ guest }) => watchMemory(guest, NOTHING));
  const first = await Promise.race(
    guests.map(({ blamed }, place) => blamed.promise.then(() => place)),
  );
  assert.equal(first, 1);
  for (const end of unwatch) end();
});

Deno.test("watchMemory() lets a silent guest be while the process does not grow", async () => {
  const silent = createGuest(false);
  const other = createGuest(true);
  let isBlamed = false;
  silent.blamed.promise.then(() => isBlamed = true);
  const unwatch = [silent, other].map(({ guest }) => watchMemory(guest, ANYTHING));
  await other.asked.promise;
  assert.equal(isBlamed, false);
  for (const end of unwatch) end();
});
