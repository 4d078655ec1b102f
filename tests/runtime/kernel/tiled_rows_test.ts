import assert from "node:assert/strict";
import { TiledRows } from "../../../runtime/kernel/mod.ts";

/** Slots 1 to 3; tiles of 10 us, a window of 40 us. */
function open() {
  const tiled = new TiledRows({ tileUs: 10, tiles: 4, values: 1, words: 1 });
  const [first, last, tailAt] = [0, 1, 2].map(() => new Int32Array(4).fill(-1)) as [
    Int32Array<ArrayBuffer>,
    Int32Array<ArrayBuffer>,
    Int32Array<ArrayBuffer>,
  ];
  const slots = new Set<number>();
  return {
    tiled,
    first,
    row(timeUs: number, slot: number) {
      this.turn(timeUs);
      const place = tiled.put(timeUs, slot);
      tiled.values[0]![place] = timeUs;
      slots.add(slot);
    },
    turn(timeUs: number) {
      if (timeUs <= tiled.untilUs) return;
      for (const slot of slots) {
        const record = tiled.record(slot, first, last);
        tiled.records[0]![record] = timeUs;
      }
      slots.clear();
      tiled.turn(timeUs, first, tailAt);
    },
    recordsOf(slot: number) {
      const found: number[] = [];
      for (let r = first[slot]!; r >= 0; r = tiled.next[r]!) found.push(tiled.records[0]![r]!);
      return found;
    },
  };
}

Deno.test("TiledRows keeps a record per key and tile between the head and the tail", () => {
  const { tiled, recordsOf, ...run } = open();
  run.row(10, 1);
  run.row(11, 1);
  run.row(12, 2);
  run.row(35, 1);
  assert.deepEqual(recordsOf(1), [11, 35], "closed by the rows at 11 and at 35");
  assert.deepEqual(recordsOf(2), [35]);
  assert.equal(tiled.untilUs, 40, "a tile has its end, not its start");
  run.turn(50);
  assert.deepEqual([...tiled.tail.times], [10], "(10, 50] starts at the end of tile 0");
  assert.deepEqual(recordsOf(1), [35, 50]);
  run.turn(51);
  assert.deepEqual([...tiled.tail.times], [11, 12]);
  assert.deepEqual([...tiled.tail.slots], [1, 2]);
  assert.deepEqual([recordsOf(1), recordsOf(2)], [[50], []]);
  run.turn(1000);
  assert.equal(tiled.tail.times.length, 0);
  assert.deepEqual(recordsOf(1), []);
});

Deno.test("TiledRows hands out blocks that are not needed soon, and misses them when they are", () => {
  const { tiled, ...run } = open();
  run.row(5, 1);
  run.row(6, 2);
  run.row(15, 1);
  run.row(25, 1);
  assert.deepEqual(
    tiled.takeBlocks(41, 1).map(({ tile }) => tile),
    [1],
    "tile 0 is needed past 40",
  );
  assert.deepEqual(tiled.takeBlocks(0, 3), [], "too few rows");
  const [block] = tiled.takeBlocks(40, 2);
  assert.deepEqual([...block!.times], [5, 6]);
  assert.deepEqual([...block!.values[0]!], [5, 6]);
  const restored = new TiledRows({ tileUs: 10, tiles: 4, values: 1, words: 1 });
  restored.restore(structuredClone(tiled.snapshot()));
  assert.throws(() => run.turn(41), /rows of tile 0 are away/);
  restored.bringBack(block!);
  restored.turn(41, run.first, new Int32Array(4).fill(-1));
  assert.deepEqual([...restored.tail.times], [5, 6]);
});

Deno.test("TiledRows forgets blocks of times that never come", () => {
  const { tiled, ...run } = open();
  run.row(5, 1);
  run.row(15, 1);
  run.row(25, 1);
  tiled.skipTo(51);
  assert.deepEqual(tiled.takeBlocks(0, 1).map(({ tile }) => tile), [1], "tile 0 ends with time 50");
  tiled.skipTo(1000);
  run.turn(1000);
});
