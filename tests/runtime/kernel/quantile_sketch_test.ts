import assert from "node:assert/strict";
import { aggregateClasses } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const { QuantileSketch } = aggregateClasses;

Deno.test("QuantileSketch.quantile() is within 1 % of the value at its rank, whatever comes and goes", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = new Random(seed);
    let sketch = new QuantileSketch();
    const slots: number[][] = Array.from({ length: 70 }, () => []);
    for (let step = 0; step < 3_000; step++) {
      const slot = random.chance(0.9) ? 1 : random.int(slots.length);
      const own = slots[slot]!;
      if (own.length > 0 && random.chance(0.4)) sketch.remove(slot, own.shift()!);
      else {
        const x = random.chance(0.05)
          ? 0
          : random.between(-999, 2_000) * 10 ** random.between(-9, 9);
        sketch.add(slot, x);
        own.push(x);
      }
      if (step % 700 === 699) {
        const restored = new QuantileSketch();
        restored.restore(structuredClone(sketch.snapshot()));
        sketch = restored;
      }
      const sorted = own.toSorted((a, b) => a - b);
      for (const p of [0, 0.1, 0.5, 0.99, 1]) {
        const exact = sorted[Math.floor(p * (sorted.length - 1))] ?? NaN;
        const given = sketch.quantile(slot, p);
        const isNear = Math.abs(given - exact) <= 0.010001 * Math.abs(exact);
        assert.ok(isNear || Object.is(given, exact), `seed ${seed}: ${given}, exact ${exact}`);
      }
    }
  }
});

Deno.test("QuantileSketch holds the largest and smallest numbers there are", () => {
  const sketch = new QuantileSketch();
  for (const x of [Number.MAX_VALUE, -Number.MAX_VALUE, 1e-300]) sketch.add(0, x);
  for (const [p, x] of [[0, -Number.MAX_VALUE], [0.5, 1e-300], [1, Number.MAX_VALUE]] as const) {
    assert.ok(Math.abs(sketch.quantile(0, p) / x - 1) < 0.010001);
  }
});
