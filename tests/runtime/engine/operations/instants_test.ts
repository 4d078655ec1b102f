import assert from "node:assert/strict";
import { standsAmong } from "../../../../runtime/engine/operations/instants.ts";
import { AFTER_EVENTS, besideOf, instantSequence } from "../../../../runtime/engine/rank.ts";

const CONTEXT = { texts: ["b", "a"], kindsOf: () => [] };

/** Rows of a time, the code of a key, and the slot of what is looked up. */
function rowsOf(sequence: number, rows: readonly (readonly [number, number, number])[]) {
  return {
    stream: 0,
    order: [0],
    slots: Int32Array.from(rows, ([, , slot]) => slot),
    data: {
      length: rows.length,
      time: Float64Array.from(rows, ([time]) => time),
      sequence: new Float64Array(rows.length).fill(sequence),
      columns: [Int32Array.from(rows, ([, code]) => code)],
    },
  };
}

Deno.test("instantSequence() numbers rows of one time beyond all events, on the side where they stand", () => {
  const closed = rowsOf(-Infinity, [[1, 1, 0], [1, 0, 0], [2, 1, 0]]).data;
  const [first, second, third] = instantSequence(closed);
  assert.ok(first! < second! && second! < -(2 ** 53) && third === first);
  const [behind] = besideOf(Float64Array.of(-Infinity));
  assert.ok(behind! > second! && behind! < -(2 ** 53));
  const made = instantSequence(rowsOf(AFTER_EVENTS, [[1, 1, 0], [1, 0, 0]]).data);
  assert.ok(made[0]! > 2 ** 53 && made[1]! > made[0]!);
});

Deno.test("standsAmong() puts a query at its own row of the slot, else behind its instant", () => {
  const rows = rowsOf(AFTER_EVENTS, [[1, 1, 5], [1, 0, 5], [3, 1, 5], [3, 0, 6]]);
  const numbers = instantSequence(rows.data);
  const queries = rowsOf(AFTER_EVENTS, [[1, 1, 5], [1, 0, 5], [1, 0, 6], [2, 1, 5], [3, 0, 6]]);
  const stands = standsAmong(queries, { ...rows, numbers }, CONTEXT);
  assert.deepEqual([...stands], [numbers[0], numbers[1], Infinity, Infinity, numbers[3]]);
});
