import assert from "node:assert/strict";
import { partitionRows } from "../../../runtime/engine/mod.ts";
import { Random } from "../../support/random.ts";

const KEYS = [Int32Array.from({ length: 2000 }, (_, i) => i % 331)];

Deno.test("partitionRows() gives every row to one partition, in order", () => {
  for (const partitions of [1, 2, 3, 7]) {
    const split = partitionRows(KEYS, 2000, partitions);
    assert.equal(split.length, partitions);
    for (const rows of split) assert.deepEqual([...rows], [...rows].sort((a, b) => a - b));
    const all = split.flatMap((rows) => [...rows]).sort((a, b) => a - b);
    assert.deepEqual(all, Array.from({ length: 2000 }, (_, i) => i));
  }
});

Deno.test("partitionRows() keeps the rows of one key together and spreads the keys", () => {
  const split = partitionRows(KEYS, 2000, 4);
  const homes = new Map<number, number>();
  split.forEach((rows, partition) => {
    for (const row of rows) {
      const key = row % 331;
      assert.equal(homes.get(key) ?? partition, partition);
      homes.set(key, partition);
    }
    assert.ok(rows.length > 250 && rows.length < 750, `${rows.length} of 2000 rows`);
  });
});

Deno.test("partitionRows() depends on the key alone, not on its row or batch", () => {
  const random = new Random(3);
  const [codes, numbers] = [
    Int32Array.from({ length: 50 }, () => random.int(20)),
    Float64Array.from({ length: 50 }, () => random.between(-4, 4) / 2),
  ];
  const whole = partitionRows([codes, numbers], 50, 3);
  for (let i = 0; i < 50; i++) {
    const alone = partitionRows([codes.slice(i, i + 1), numbers.slice(i, i + 1)], 1, 3);
    const place = alone.findIndex((rows) => rows.length === 1);
    assert.ok(whole[place]?.includes(i), `row ${i}`);
  }
});

Deno.test("partitionRows() without keys takes all rows to one partition", () => {
  const split = partitionRows([], 5, 3);
  assert.deepEqual(split.map((rows) => rows.length).sort(), [0, 0, 5]);
});
