import assert from "node:assert/strict";
import { DistinctCounts, SortedValues } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

Deno.test("DistinctCounts agrees with a map of counts, whatever comes and goes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const counts = new DistinctCounts();
    const slots: number[][] = Array.from({ length: 100 }, () => []);
    const kinds = random.pick([3, 40, 1000]);
    for (let step = 0; step < 1500; step++) {
      const slot = random.chance(0.8) ? random.int(4) : random.int(slots.length);
      const own = slots[slot] ?? [];
      if (own.length > 0 && random.chance(0.45)) {
        counts.remove(slot, own.splice(random.int(own.length), 1)[0] ?? NaN);
      } else if (random.chance(0.005)) {
        counts.clear(slot);
        own.length = 0;
      } else {
        const x = random.int(kinds) - kinds / 2;
        counts.add(slot, x);
        own.push(x);
      }
      assert.equal(counts.count(slot), new Set(own).size, `seed ${seed}, step ${step}`);
    }
    slots.forEach((own, slot) => assert.equal(counts.count(slot), new Set(own).size));
  }
});

Deno.test("DistinctCounts keeps equal values of different slots apart", () => {
  const counts = new DistinctCounts();
  counts.add(1, 7);
  counts.add(200, 7);
  counts.add(200, 7);
  counts.remove(200, 7);
  counts.clear(1);
  assert.deepEqual([counts.count(1), counts.count(200), counts.count(9999)], [0, 1, 0]);
  assert.throws(() => counts.remove(1, 7), RangeError);
});

Deno.test("DistinctCounts and SortedValues go on from their snapshots", () => {
  const [counts, sorted] = [new DistinctCounts(), new SortedValues()];
  for (let i = 0; i < 500; i++) {
    counts.add(i % 90, i % 7);
    sorted.add(i % 90, i % 7);
  }
  const [otherCounts, otherSorted] = [new DistinctCounts(), new SortedValues()];
  otherCounts.add(0, 99);
  otherSorted.add(0, 99);
  otherCounts.restore(structuredClone(counts.snapshot()));
  otherSorted.restore(structuredClone(sorted.snapshot()));
  for (let i = 0; i < 250; i++) {
    for (const each of [counts, otherCounts, sorted, otherSorted]) each.remove(i % 90, i % 7);
  }
  for (let slot = 0; slot < 90; slot++) {
    assert.equal(otherCounts.count(slot), counts.count(slot));
    assert.equal(otherSorted.quantile(slot, 0.5), sorted.quantile(slot, 0.5));
  }
});
