import assert from "node:assert/strict";
import { aggregateClasses } from "../../../runtime/kernel/mod.ts";
import { Random } from "../../support/random.ts";

const { DistinctSketch, SlidingDistinctSketch, ValueHash } = aggregateClasses;
const STANDARD_ERROR = 0.016;

const numbers = () => new ValueHash(undefined, true);

Deno.test("DistinctSketch.count() errs by 1.6 %, over all sizes and kinds of values", () => {
  const kinds: readonly ((i: number) => number)[] = [
    (i) => i,
    (i) => i * 1024,
    (i) => i / 100,
    (i) => 1e6 + i / 8,
    (i) => -1.5e-300 * (i + 1),
    (i) => 1_700_000_000_000_000 + i * 1_000_000,
  ];
  for (const size of [300, 3_000, 10_000, 60_000]) {
    const errors = kinds.map((kind, slot) => {
      const sketch = new DistinctSketch(numbers());
      for (let i = 0; i < size; i++) sketch.add(slot, kind(i));
      for (let i = 0; i < size; i += 3) sketch.add(slot, kind(i));
      return sketch.count(slot) / size - 1;
    });
    const deviation = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    assert.ok(deviation < 2 * STANDARD_ERROR, `${size} values: ${errors}`);
    for (const error of errors) {
      assert.ok(Math.abs(error) < 4 * STANDARD_ERROR, `${size}: ${errors}`);
    }
  }
});

Deno.test("DistinctSketch.count() of texts follows the texts, not their codes", () => {
  const texts = Array.from({ length: 4_000 }, (_, i) => `text ${i} é`);
  const [there, back] = [texts, texts.toReversed()].map((texts) => {
    const sketch = new DistinctSketch(new ValueHash(texts, false));
    for (const code of texts.keys()) sketch.add(0, code);
    return sketch.count(0);
  });
  assert.equal(there, back);
  assert.ok(Math.abs((there ?? 0) / texts.length - 1) < 4 * STANDARD_ERROR);
});

Deno.test("ValueHash takes whole numbers beyond 2^53 by their digits", () => {
  const [one, other] = [["9007199254740993"], ["x", "9007199254740993"]].map((texts) => {
    const hash = new ValueHash(texts, true);
    hash.of(2 ** 53 + 2 * (texts.length - 1));
    return [hash.low, hash.high];
  });
  assert.deepEqual(one, other);
});

Deno.test("SlidingDistinctSketch has the count of a DistinctSketch of the values inside", () => {
  const random = new Random(11);
  const sliding = new SlidingDistinctSketch(numbers());
  const queues: number[][] = [[], [], []];
  for (let step = 0; step < 30_000; step++) {
    const slot = random.int(queues.length);
    const queue = queues[slot]!;
    // Windows of up to 20, 400 and 8 000 values.
    if (queue.length > 20 ** (slot + 1) || (queue.length > 0 && random.chance(0.3))) {
      sliding.remove(slot, queue.shift()!);
    } else {
      const x = random.int(random.chance(0.5) ? 50 : 1e9);
      sliding.add(slot, x);
      queue.push(x);
    }
    if (random.chance(0.0003)) {
      sliding.clear(slot);
      queue.length = 0;
    }
    if (step % 500 !== 0) continue;
    for (const [slot, queue] of queues.entries()) {
      const fresh = new DistinctSketch(numbers());
      for (const x of queue) fresh.add(slot, x);
      assert.equal(sliding.count(slot), fresh.count(slot), `step ${step}, slot ${slot}`);
    }
  }
});

Deno.test("sketches go on from their snapshots", () => {
  for (const Sketch of [DistinctSketch, SlidingDistinctSketch]) {
    const [sketch, restored] = [new Sketch(numbers()), new Sketch(numbers())];
    for (let i = 0; i < 900; i++) sketch.add(i % 2, i);
    restored.restore(structuredClone(sketch.snapshot()) as never);
    for (const each of [sketch, restored]) {
      for (let i = 900; i < 2_500; i++) {
        each.add(i % 2, i);
        if (each instanceof SlidingDistinctSketch) each.remove(i % 2, i - 900);
      }
    }
    for (const slot of [0, 1]) assert.equal(restored.count(slot), sketch.count(slot));
  }
});
