import assert from "node:assert/strict";
import type { ListType } from "../../../dsl/types.ts";
import { PackedHeap, unpack } from "../../../runtime/kernel/packed.ts";
import { PackedLists, ValueLists } from "../../../runtime/kernel/value_lists.ts";
import { Random } from "../../support/random.ts";

const INNER: ListType = { kind: "list", element: { kind: "f64" } };

Deno.test("ValueLists and PackedLists agree with slices, restored from snapshots too", () => {
  for (const most of [1, 5, Infinity]) {
    for (const keepsNewest of [false, true]) compareRun({ most, keepsNewest });
  }
});

function compareRun(options: { most: number; keepsNewest: boolean }): void {
  const random = new Random(options.most === Infinity ? 9 : options.most);
  let [plain, packed] = [new ValueLists(options), new PackedLists(INNER, options)];
  const slots: number[][] = Array.from({ length: 90 }, () => []);
  for (let step = 0; step < 500; step++) {
    const slot = random.chance(0.9) ? random.int(3) : random.int(slots.length);
    const own = slots[slot]!;
    if (random.chance(0.03)) {
      plain.clear(slot);
      packed.clear(slot);
      own.length = 0;
    } else {
      const inner = innerOf(step);
      plain.add(slot, step);
      packed.add(slot, 1, Float64Array.of(inner.length + 2, inner.length, ...inner));
      own.push(step);
    }
    if (random.chance(0.05)) {
      const saved = structuredClone([plain.snapshot(), packed.snapshot()]);
      [plain, packed] = [new ValueLists(options), new PackedLists(INNER, options)];
      plain.restore(saved[0]);
      packed.restore(saved[1]);
    }
    const kept = options.keepsNewest
      ? own.slice(Math.max(0, own.length - options.most))
      : own.slice(0, options.most);
    const what = `${JSON.stringify(options)}, step ${step}`;
    assert.deepEqual(read({ kind: "list", element: { kind: "f64" } }, plain, slot), kept, what);
    assert.deepEqual(read({ kind: "list", element: INNER }, packed, slot), kept.map(innerOf), what);
  }
}

function innerOf(step: number): number[] {
  return Array.from({ length: step % 4 }, (_, j) => step + j);
}

function read(type: ListType, lists: ValueLists | PackedLists, slot: number): unknown {
  const heap = new PackedHeap();
  const address = lists.write(slot, heap);
  return address === 0 ? [] : unpack(type, heap.words, address, []);
}
