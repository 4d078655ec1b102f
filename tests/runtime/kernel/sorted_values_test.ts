import assert from "node:assert/strict";
import { PackedHeap, SortedValues, unpack } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const QUANTILES = [0, 0.1, 0.25, 0.5, 0.9, 1];

Deno.test("SortedValues agrees with sorting from scratch, whatever comes and goes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const values = new SortedValues();
    const slots: number[][] = Array.from({ length: 70 }, () => []);
    for (let step = 0; step < 400; step++) {
      const slot = random.chance(0.9) ? random.int(3) : random.int(slots.length);
      const own = slots[slot] ?? [];
      if (own.length > 0 && random.chance(0.4)) {
        values.remove(slot, own.splice(random.int(own.length), 1)[0] ?? NaN);
      } else if (random.chance(0.02)) {
        values.clear(slot);
        own.length = 0;
      } else {
        const x = random.between(-5, 5) / 2;
        values.add(slot, x);
        own.push(x);
      }
      for (const p of QUANTILES) {
        assert.equal(values.quantile(slot, p), quantileOf(own, p), `seed ${seed}, step ${step}`);
      }
    }
  }
});

Deno.test("SortedValues.quantile() is linear between ranks", () => {
  const values = new SortedValues();
  for (const x of [40, 10, 20, 30]) values.add(0, x);
  assert.equal(values.quantile(0, 0.5), 25);
  assert.equal(values.quantile(0, 0.25), 17.5);
  assert.equal(values.quantile(0, 1), 40);
});

Deno.test("SortedValues.quantile() of no values is null", () => {
  const values = new SortedValues();
  assert.equal(values.quantile(5, 0.5), NaN);
  values.add(5, 1);
  values.remove(5, 1);
  assert.equal(values.quantile(5, 0.5), NaN);
  assert.throws(() => values.remove(5, 1), RangeError);
});

/** Type 7, by sorting all values. */
function quantileOf(values: readonly number[], p: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const rank = p * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? NaN;
  const above = sorted[Math.ceil(rank)] ?? NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}

Deno.test("SortedValues.top() and bottom() give the values at the ends, in the order it was made for", () => {
  const reversed = new SortedValues((a, b) => b - a);
  const plain = new SortedValues();
  for (const x of [3, 1, 2, 3]) {
    plain.add(2, x);
    reversed.add(2, x);
  }
  plain.remove(2, 1);
  reversed.remove(2, 1);
  assert.deepEqual(listOf((heap) => plain.top(2, 2, heap)), [3, 3]);
  assert.deepEqual(listOf((heap) => plain.bottom(2, 9, heap)), [2, 3, 3]);
  assert.deepEqual(listOf((heap) => reversed.top(2, 2, heap)), [2, 3]);
  assert.deepEqual(listOf((heap) => plain.top(0, 2, heap)), null);
  assert.deepEqual(listOf((heap) => plain.bottom(700, 2, heap)), null);
});

function listOf(write: (heap: PackedHeap) => number): unknown {
  const heap = new PackedHeap();
  const address = write(heap);
  return address && unpack({ kind: "list", element: { kind: "f64" } }, heap.words, address, []) ||
    null;
}
