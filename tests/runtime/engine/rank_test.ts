import assert from "node:assert/strict";
import { createUnionOperator } from "../../../runtime/engine/operations/union.ts";
import { atPlace, mapPlaces, Ranks } from "../../../runtime/engine/rank.ts";
import { runOperator } from "./operations/run_operator.ts";

Deno.test("ranks go on from batch to batch and are no places of delivery", () => {
  const ranks = new Ranks();
  const [first, second] = [ranks.next(2), ranks.next(1)];
  assert.equal(first[1]! - first[0]!, 1);
  assert.equal(second[0]! - first[1]!, 1);
  assert.ok(first[0]! < 0);
});

Deno.test("positions of members lie one after the other, in exact numbers", () => {
  const ranks = new Ranks().next(3);
  const later = atPlace(ranks, 7);
  assert.ok(later[0]! > ranks[2]!);
  assert.equal(later[1]! - later[0]!, 1);
});

Deno.test("mapPlaces() finds a member's place in another order; elsewhere a row stands after its time", () => {
  const ranks = new Ranks().next(1);
  const [here] = mapPlaces(atPlace(ranks, 2), [-1, -1, 0]);
  assert.equal(here, ranks[0]);
  assert.deepEqual([...mapPlaces(atPlace(ranks, 1), [0, -1])], [Infinity]);
});

Deno.test("a union is in order of time, then member, then sequence", () => {
  const ranks = new Ranks().next(4);
  const [a, b, c, d] = [...ranks];
  const [rows] = runOperator(
    () =>
      createUnionOperator({
        kind: "union",
        members: [
          { stream: 0, columns: [0], place: 0 },
          { stream: 1, columns: [1], place: 1 },
        ],
        output: 2,
      }),
    [{
      untilUs: Infinity,
      streams: [[[5, c!, 1, 0], [5, d!, 2, 0]], [[4, a!, 0, 3], [5, b!, 0, 4]]],
    }],
    { output: 2, columns: [2, 2] },
  );
  assert.deepEqual(rows!.map(([time, , value]) => [time, value]), [[4, 3], [5, 1], [5, 2], [5, 4]]);
});
