import assert from "node:assert/strict";
import type { ListType } from "../../../dsl/types.ts";
import { PackedHeap, unpack } from "../../../runtime/kernel/packed.ts";
import { PackedPool } from "../../../runtime/kernel/packed_pool.ts";
import { Random } from "../../support/random.ts";

const LIST: ListType = { kind: "list", element: { kind: "f64" } };

function put(pool: PackedPool, list: readonly number[]): number {
  return pool.put(LIST, 1, Float64Array.of(list.length + 2, list.length, ...list));
}

function copyOf(pool: PackedPool, handle: number): unknown {
  const heap = new PackedHeap();
  const address = pool.copyTo(heap, handle);
  return address === 0 ? null : unpack(LIST, heap.words, address, []);
}

Deno.test("PackedPool keeps every value until it is released", () => {
  const random = new Random(5);
  let pool = new PackedPool();
  const kept = new Map<number, number[]>();
  for (let step = 0; step < 3_000; step++) {
    const list = Array.from({ length: random.int(9) }, () => random.int(100));
    const handle = put(pool, list);
    assert.ok(!kept.has(handle));
    kept.set(handle, list);
    while (kept.size > 100 || (kept.size > 0 && random.chance(0.4))) {
      const gone = random.pick([...kept.keys()]);
      pool.release(gone);
      kept.delete(gone);
    }
    if (step % 500 === 0) {
      const saved = structuredClone(pool.snapshot());
      pool = new PackedPool();
      pool.restore(saved);
    }
    if (step % 50 > 0) continue;
    for (const [handle, list] of kept) assert.deepEqual(copyOf(pool, handle), list);
  }
  assert.ok(Math.max(...kept.keys()) <= 102);
});

Deno.test("PackedPool takes NaN and 0 for no value", () => {
  const pool = new PackedPool();
  assert.ok(Number.isNaN(pool.put(LIST, NaN, new Float64Array(0))));
  for (const none of [NaN, 0]) {
    pool.release(none);
    assert.ok(Number.isNaN(pool.at(none)));
    assert.equal(copyOf(pool, none), null);
  }
});

Deno.test("PackedPool.releaseOutside() frees the handles that a ring's rows left behind", () => {
  const pool = new PackedPool();
  const ring = Float64Array.from([[1], [2], [3], [4]], (list) => put(pool, list));
  pool.releaseOutside(ring, 3, 2);
  const freed = new Set([ring[1], ring[2]]);
  assert.deepEqual([copyOf(pool, ring[3]!), copyOf(pool, ring[0]!)], [[4], [1]]);
  assert.deepEqual(new Set([put(pool, [5]), put(pool, [6])]), freed);
});
