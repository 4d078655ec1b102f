import assert from "node:assert/strict";
import { UserStates } from "../../../runtime/kernel/user_states.ts";

const F64 = { kind: "f64" } as const;

/** The newest value minus the oldest: it depends on order, and has no inverse. */
const CHANGE = {
  init: () => [] as number[],
  add: (state: unknown, x: unknown) => [...(state as number[]).slice(0, 1), x],
  merge: (a: unknown, b: unknown) => [(a as number[])[0], (b as number[]).at(-1)],
  result: (state: unknown) => (state as number[]).at(-1)! - (state as number[])[0]!,
};

const FOREIGN = {
  valueOf: (_type: unknown, word: number) => word,
  wordOf: (_type: unknown, value: unknown) => Number(value),
};

function statesOf(aggregate: ConstructorParameters<typeof UserStates>[0]["aggregate"]) {
  return new UserStates({
    ...{ aggregate, name: "change", arguments: [F64], type: F64, drops: true, foreign: FOREIGN },
  });
}

Deno.test("UserStates merges the suffix of an anchor with the rows since, in order", () => {
  const states = statesOf(CHANGE);
  for (const x of [5, 3, 1]) states.prepend(2, x);
  assert.equal(states.value(2), 4);
  states.add(2, 11);
  states.remove(2, 1);
  const saved = states.snapshot();
  assert.equal(states.value(2), 8);
  const restored = statesOf(CHANGE);
  restored.restore(saved);
  restored.remove(2, 3);
  assert.equal(restored.value(2), 6);
});

Deno.test("UserStates refuses states that are no data, and windows that it cannot serve", () => {
  const states = statesOf({ ...CHANGE, add: () => () => 1, result: () => 0 });
  assert.throws(() => states.add(0, 1), /state of the aggregate "change"/);
  const { merge: _, ...rest } = CHANGE;
  assert.throws(() => statesOf(rest), /merge or remove/);
});
