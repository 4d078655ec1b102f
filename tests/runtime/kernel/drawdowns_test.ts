import assert from "node:assert/strict";
import { aggregateClasses } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const { Drawdowns } = aggregateClasses;

Deno.test("Drawdowns agrees with all pairs while values leave between anchors", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    let drawdowns = new Drawdowns();
    let values: number[] = [];
    let sinceAnchor = 0;
    for (let step = 0; step < 500; step++) {
      if (random.chance(0.05)) {
        drawdowns.clear(2);
        for (const x of values.toReversed()) drawdowns.prepend(2, x);
        sinceAnchor = 0;
      } else if (values.length > sinceAnchor && random.chance(0.4)) {
        drawdowns.remove(2);
        values = values.slice(1);
      } else {
        const x = random.between(-3, 12);
        drawdowns.add(2, x);
        values.push(x);
        sinceAnchor++;
      }
      if (random.chance(0.02)) {
        const restored = new Drawdowns();
        restored.restore(structuredClone(drawdowns.snapshot()));
        drawdowns = restored;
      }
      assert.equal(drawdowns.value(2), byPairs(values), `seed ${seed}, step ${step}`);
    }
  }
});

Deno.test("Drawdowns.value() of a rise is 0, of nothing null", () => {
  const drawdowns = new Drawdowns();
  assert.equal(drawdowns.value(0), NaN);
  for (const x of [1, 2, 3]) drawdowns.add(0, x);
  assert.equal(drawdowns.value(0), 0);
  for (let i = 0; i < 3; i++) drawdowns.remove(0);
  assert.equal(drawdowns.value(0), NaN);
});

function byPairs(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const falls = values.flatMap((peak, i) =>
    peak > 0 ? values.slice(i + 1).map((later) => (peak - later) / peak) : []
  );
  return Math.max(0, ...falls);
}
