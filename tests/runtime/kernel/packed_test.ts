import assert from "node:assert/strict";
import type { ListType, MapType, NestedType, StructType } from "../../../dsl/types.ts";
import {
  fieldPlace,
  listPlace,
  mapPlace,
  PackedHeap,
  PackedSlots,
  sizeOf,
  unpack,
} from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const NUMBERS: ListType = { kind: "list", element: { kind: "f64" } };
const ROW: StructType = {
  kind: "struct",
  fields: [
    { name: "a", type: NUMBERS },
    { name: "b", type: { kind: "vector", length: 2 } },
    { name: "c", type: { kind: "string" } },
  ],
};
const ROWS: ListType = { kind: "list", element: ROW };
const BY_NAME: MapType = { kind: "map", key: { kind: "string" }, value: NUMBERS };

//  place  0  1    2 3  4   5 6 7  8  9    10  11  12
//  word   2  1    2 7  NaN 1 8 9  0  1    -1  -1  -1     a list of two structs
const WORDS = Float64Array.of(2, 1, 2, 7, NaN, 1, 8, 9, 0, 1, -1, -1, -1);

Deno.test("sizeOf() and the places of parts count nested words, nulls as one", () => {
  assert.equal(sizeOf(ROWS, WORDS, 0), 13);
  assert.equal(listPlace(ROWS, WORDS, 0, 1), 9);
  assert.equal(listPlace(ROWS, WORDS, 0, -2), 1);
  assert.equal(listPlace(ROWS, WORDS, 0, 2), 0);
  assert.equal(listPlace(ROWS, WORDS, 0, 0.5), 0);
  assert.equal(fieldPlace(ROW, WORDS, 1, 2), 8);
  assert.equal(fieldPlace(ROW, WORDS, 9, 2), 12);
  const map = Float64Array.of(0, 2, 5, 1, 7, 6, -1);
  assert.equal(mapPlace(BY_NAME, map, 1, 5), 3);
  assert.equal(mapPlace(BY_NAME, map, 1, 6), 6);
  assert.equal(mapPlace(BY_NAME, map, 1, 7), 0);
});

Deno.test("unpack() gives values as JavaScript has them", () => {
  assert.deepEqual(unpack(ROWS, WORDS, 0, ["x"]), [
    { a: [7, null], b: Float64Array.of(8, 9), c: "x" },
    { a: null, b: null, c: null },
  ]);
  const wide: NestedType = { kind: "list", element: { kind: "i64" } };
  const big = Float64Array.of(2, 2 ** 53 + 2, 3);
  assert.deepEqual(unpack(wide, big, 0, ["", "9223372036854775807"]), [2n ** 63n - 1n, 3]);
});

Deno.test("PackedHeap.alloc() writes headers and keeps what is there", () => {
  const heap = new PackedHeap();
  const first = heap.alloc(2);
  heap.words.set([1, 42], first);
  const second = heap.alloc(1000);
  assert.deepEqual([heap.words[first - 1], heap.words[first + 1]], [3, 42]);
  assert.equal(heap.words[second - 1], 1001);
  assert.equal(heap.used, 3 + 1001);
  heap.clear();
  assert.equal(heap.alloc(1), 1);
});

Deno.test("PackedSlots keeps what was set last, over compactions and restores, in bounded words", () => {
  const random = new Random(7);
  const kept = new Map<number, number[]>();
  let slots = new PackedSlots();
  for (let step = 0; step < 20_000; step++) {
    const index = random.int(50);
    if (random.chance(0.1)) {
      slots.clear(index);
      kept.delete(index);
    } else {
      const value = Array.from({ length: random.int(20) }, () => random.int(100));
      slots.set(index, Float64Array.of(0, value.length, ...value), 1, value.length + 1);
      kept.set(index, value);
    }
    if (step % 5000 === 4999) {
      const snapshot = structuredClone(slots.snapshot());
      slots = new PackedSlots();
      slots.restore(snapshot);
    }
  }
  for (let index = 0; index < 60; index++) {
    const address = slots.at(index);
    const value = address === 0 ? undefined : unpack(NUMBERS, slots.words, address, []);
    assert.deepEqual(value, kept.get(index));
  }
  assert.ok(slots.words.length < 10_000, String(slots.words.length));
});
