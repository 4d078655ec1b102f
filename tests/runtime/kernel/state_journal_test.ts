import assert from "node:assert/strict";
import { StateJournal } from "../../../runtime/kernel/mod.ts";

interface Sum {
  total: number;
}

function add(state: unknown, by: number): Sum {
  const sum = state as Sum;
  sum.total += by;
  return sum;
}

Deno.test("StateJournal.undo() gives the state before the failed step, however many were made", () => {
  const journal = new StateJournal<number>(add);
  const state: Sum = { total: 0 };
  for (let step = 1; step <= 200; step++) {
    journal.before(1, state);
    if (step % 7 === 0) {
      const { total } = state;
      state.total = NaN;
      Object.assign(state, journal.undo(1));
      assert.equal(state.total, total);
    } else {
      add(state, step);
      journal.made(1, step);
    }
  }
});

Deno.test("StateJournal keeps a bounded number of copies, and undoes the steps of each slot alone", () => {
  const journal = new StateJournal<number>(add);
  const states = Array.from({ length: 3000 }, (_, slot): Sum => ({ total: slot }));
  for (let round = 0; round < 2; round++) {
    states.forEach((state, slot) => {
      journal.before(slot, state);
      add(state, 1);
      journal.made(slot, 1);
    });
  }
  journal.before(5, states[5]);
  assert.deepEqual(journal.undo(5), { total: 7 });
});
