import assert from "node:assert/strict";
import { createPairsOperator } from "../../../../runtime/engine/operations/pairs.ts";
import { type Row, runOperator } from "./run_operator.ts";

interface Sides {
  readonly untilUs: number;
  readonly left: readonly Row[];
  readonly right: readonly Row[];
}

/** Rows are `[time, sequence, key, value]`; gives `[time, left value, right value]` per slice. */
function pairs(
  [fromUs, toUs]: readonly [number, number],
  slices: readonly Sides[],
  excludesSelf = false,
): number[][][] {
  const side = { keys: [0], columns: [1], keyOrder: undefined };
  const made = runOperator(
    (context) =>
      createPairsOperator({
        kind: "pairs",
        feature: "p.f",
        left: { stream: 0, ...side },
        right: { stream: 1, ...side },
        fromUs,
        toUs,
        excludesSelf,
        output: 2,
      }, context),
    slices.map(({ untilUs, left, right }) => ({ untilUs, streams: [left, right] })),
    { output: 2, columns: [2, 2] },
  );
  return made.map((rows) => rows.map(([time, , left, right]) => [time!, left!, right!]));
}

// time    0   2   5   7   10
// left        a(2)    b(7)
// right   A(0)    B(5)    C(10)       right - left in [-2, 3]
// a meets A (0 - 2 = -2) and B (5 - 2 = 3); b meets B (-2) and C (3).
const LEFT: Row[] = [[2, 1, 9, 1], [7, 2, 9, 2]];
const RIGHT: Row[] = [[0, 1, 9, 10], [5, 2, 9, 20], [10, 3, 9, 30]];

Deno.test("pairs stand at the later row's time, both ends of the interval included", () => {
  const made = pairs([-2, 3], [{ untilUs: Infinity, left: LEFT, right: RIGHT }]);
  assert.deepEqual(made, [[[2, 1, 10], [5, 1, 20], [7, 2, 20], [10, 2, 30]]]);
});

Deno.test("pairs do not depend on how rows fall into slices", () => {
  const cuts = [1, 3, 6, 8, Infinity];
  const slices = cuts.map((untilUs, index) => {
    const from = cuts[index - 1] ?? -Infinity;
    const within = ([time]: Row) => time! >= from && time! < untilUs;
    return { untilUs, left: LEFT.filter(within), right: RIGHT.filter(within) };
  });
  assert.deepEqual(pairs([-2, 3], slices).flat(), [
    [2, 1, 10],
    [5, 1, 20],
    [7, 2, 20],
    [10, 2, 30],
  ]);
});

Deno.test("an interval before or after the left row alone", () => {
  const all = { untilUs: Infinity, left: LEFT, right: RIGHT };
  assert.deepEqual(pairs([-7, -5], [all]), [[[7, 2, 10]]]);
  assert.deepEqual(pairs([5, 8], [all]), [[[10, 1, 30]]]);
});

Deno.test("rows of other keys, and of none, meet nobody", () => {
  const right: Row[] = [[0, 1, 8, 10], [1, 2, NaN, 20]];
  const left: Row[] = [[1, 1, NaN, 1], [2, 2, 9, 2]];
  assert.deepEqual(pairs([-5, 5], [{ untilUs: Infinity, left, right }]), [[]]);
});

Deno.test("pairs of one time are ordered by the left row, then the right one", () => {
  const left: Row[] = [[5, 1, 9, 1], [5, 2, 9, 2]];
  const right: Row[] = [[4, 7, 9, 40], [5, 8, 9, 50]];
  assert.deepEqual(pairs([-1, 1], [{ untilUs: Infinity, left, right }]), [
    [[5, 1, 40], [5, 1, 50], [5, 2, 40], [5, 2, 50]],
  ]);
});

Deno.test("a stream joined with itself pairs no row with itself", () => {
  const rows: Row[] = [[5, 1, 9, 1], [5, 2, 9, 2]];
  const slice = { untilUs: Infinity, left: rows, right: rows };
  assert.deepEqual(pairs([0, 0], [slice], true), [[[5, 1, 2], [5, 2, 1]]]);
});

Deno.test("pairs beyond what memory holds end in an error that names the feature", () => {
  const rows = Array.from({ length: 3000 }, (_, i): Row => [i, i, 9, i]);
  assert.throws(
    () => pairs([-3000, 3000], [{ untilUs: Infinity, left: rows, right: rows }]),
    /Cannot compute "p.f" at 1970-.*: it makes more than 8388608 pairs of rows in one step/,
  );
});
