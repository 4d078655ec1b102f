import assert from "node:assert/strict";
import type { MapType } from "../../../dsl/types.ts";
import { PackedHeap, unpack } from "../../../runtime/kernel/packed.ts";
import { SortedCounts, wholeNumberOrder } from "../../../runtime/kernel/sorted_counts.ts";
import { Random } from "../../support/random.ts";

const HISTOGRAM: MapType = { kind: "map", key: { kind: "f64" }, value: { kind: "i64" } };

function histogramOf(counts: SortedCounts, slot: number): unknown {
  const heap = new PackedHeap();
  const address = counts.histogram(slot, heap);
  return address === 0 ? null : unpack(HISTOGRAM, heap.words, address, []);
}

function mostFrequentOf(counts: SortedCounts, slot: number, most: number): number[][] {
  const heap = new PackedHeap();
  const address = counts.mostFrequent(slot, most, heap);
  if (address === 0) return [];
  return Array.from(
    { length: heap.words[address]! },
    (_, j) => [...heap.words.subarray(address + 2 + 3 * j, address + 4 + 3 * j)],
  );
}

Deno.test("SortedCounts agrees with counting from scratch, whatever comes and goes", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    let counts = new SortedCounts();
    const slots: number[][] = Array.from({ length: 70 }, () => []);
    for (let step = 0; step < 300; step++) {
      const slot = random.chance(0.9) ? random.int(3) : random.int(slots.length);
      const own = slots[slot]!;
      if (own.length > 0 && random.chance(0.4)) {
        counts.remove(slot, own.splice(random.int(own.length), 1)[0]!);
      } else if (random.chance(0.02)) {
        counts.clear(slot);
        own.length = 0;
      } else {
        const x = random.between(-9, 9) / 2;
        counts.add(slot, x);
        own.push(x);
      }
      if (random.chance(0.1)) {
        const saved = structuredClone(counts.snapshot());
        counts = new SortedCounts();
        counts.restore(saved);
      }
      const expected = [...Map.groupBy(own.toSorted((a, b) => a - b), (x) => x)]
        .map(([value, equal]) => [value, equal.length]);
      const what = `seed ${seed}, step ${step}`;
      assert.deepEqual(
        histogramOf(counts, slot),
        own.length ? new Map(expected as []) : null,
        what,
      );
      const first = expected.toSorted((a, b) => b[1]! - a[1]!).slice(0, 3);
      assert.deepEqual(mostFrequentOf(counts, slot, 3), first, what);
    }
  }
});

Deno.test("SortedCounts.remove() refuses a value that was never added", () => {
  const counts = new SortedCounts();
  counts.add(0, 1);
  assert.throws(() => counts.remove(0, 2), /never added/);
  assert.throws(() => counts.remove(900, 1), /never added/);
});

Deno.test("SortedCounts with a limit replaces the smallest of the least frequent", () => {
  const counts = new SortedCounts({ most: 3 });
  for (const x of [5, 5, 5, 2, 2, 9, 7, 7]) counts.add(0, x);
  assert.deepEqual(mostFrequentOf(counts, 0, 9), [[5, 3], [7, 3], [2, 2]]);
});

Deno.test("SortedCounts with a limit never counts too little, nor too much by more than its share", () => {
  const random = new Random(3);
  const counts = new SortedCounts({ most: 64 });
  const exact = new Map<number, number>();
  for (let i = 0; i < 20_000; i++) {
    const x = random.chance(0.6) ? random.int(8) : 100 + random.int(4_000);
    counts.add(0, x);
    exact.set(x, (exact.get(x) ?? 0) + 1);
  }
  const found = mostFrequentOf(counts, 0, 8);
  assert.deepEqual(found.map(([x]) => x!).toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]);
  for (const [x, count] of found) {
    assert.ok(count! >= exact.get(x!)! && count! <= exact.get(x!)! + 20_000 / 64);
  }
});

Deno.test("wholeNumberOrder() orders numbers beyond 2^53 - 1 by their texts", () => {
  const order = wholeNumberOrder(["9007199254740999", "-9007199254740999", "9007199254740998"]);
  const big = (code: number) => 2 ** 53 + 2 * code;
  const sorted = [big(0), 5, big(1), -3, big(2)].toSorted(order);
  assert.deepEqual(sorted, [big(1), -3, 5, big(2), big(0)]);
  assert.equal(order(big(1), big(1)), 0);
});
