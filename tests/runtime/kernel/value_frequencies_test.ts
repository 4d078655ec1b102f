import assert from "node:assert/strict";
import { aggregateClasses } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const { ValueFrequencies } = aggregateClasses;

Deno.test("ValueFrequencies agrees with counting from scratch, whatever comes and goes", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    let values = new ValueFrequencies();
    const slots: number[][] = Array.from({ length: 70 }, () => []);
    for (let step = 0; step < 600; step++) {
      const slot = random.chance(0.9) ? random.int(2) : random.int(slots.length);
      const own = slots[slot]!;
      if (own.length > 0 && random.chance(0.4)) {
        values.remove(slot, own.splice(random.int(own.length), 1)[0]!);
      } else if (random.chance(0.01)) {
        values.clear(slot);
        own.length = 0;
      } else {
        const x = random.int(6);
        values.add(slot, x);
        own.push(x);
      }
      if (step % 100 === 99) {
        const restored = new ValueFrequencies();
        restored.restore(structuredClone(values.snapshot()));
        values = restored;
      }
      const counts = [0, 1, 2, 3, 4, 5].map((x) => own.filter((value) => value === x).length);
      const place = `seed ${seed}, step ${step}`;
      if (own.length === 0) {
        assert.deepEqual([values.modeShare(slot), values.entropy(slot)], [NaN, NaN], place);
        continue;
      }
      assert.equal(values.modeShare(slot), Math.max(...counts) / own.length, place);
      const entropy = counts.filter((count) => count > 0)
        .reduce((sum, count) => sum - count / own.length * Math.log2(count / own.length), 0);
      assert.ok(Math.abs(values.entropy(slot) - entropy) < 1e-12, place);
    }
  }
});

Deno.test("ValueFrequencies.entropy() of one value is 0", () => {
  const values = new ValueFrequencies();
  for (let i = 0; i < 5; i++) values.add(3, 7);
  assert.equal(values.entropy(3), 0);
  assert.equal(values.entropy(100), NaN);
});
