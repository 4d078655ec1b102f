import assert from "node:assert/strict";
import { SlotTable } from "../../../runtime/engine/slots.ts";
import { Random } from "../../support/random.ts";

type Columns = readonly (Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[];

Deno.test("SlotTable.assign() numbers keys in order of appearance, from 1", () => {
  const table = new SlotTable([true]);
  assert.deepEqual([...table.assign([Int32Array.of(7, 3, 7, 900)], new Int32Array(4))], [
    1,
    2,
    1,
    3,
  ]);
  assert.deepEqual([...table.keys[0]!.subarray(1, table.size)], [7, 3, 900]);
});

Deno.test("SlotTable.find() gives 0 for a key never seen and adds nothing", () => {
  const table = new SlotTable([true]);
  table.assign([Int32Array.of(5)], new Int32Array(1));
  assert.deepEqual([...table.find([Int32Array.of(5, 4, 100_000)], new Int32Array(3))], [1, 0, 0]);
  assert.equal(table.size, 2);
});

Deno.test("SlotTable gives -1 where any key column is null", () => {
  const table = new SlotTable([true, false]);
  const columns: Columns = [Int32Array.of(1, -1, 1), Float64Array.of(2, 2, NaN)];
  assert.deepEqual([...table.assign(columns, new Int32Array(3))], [1, -1, -1]);
  assert.deepEqual([...table.find(columns, new Int32Array(3))], [1, -1, -1]);
  assert.deepEqual([...new SlotTable([true]).assign([Int32Array.of(-1)], new Int32Array(1))], [-1]);
});

Deno.test("SlotTable without key columns has one slot for all rows", () => {
  const table = new SlotTable([]);
  assert.deepEqual([...table.assign([], new Int32Array(2))], [1, 1]);
  assert.deepEqual([...table.find([], new Int32Array(2))], [1, 1]);
  assert.equal(table.size, 2);
});

for (const isSymbol of [[true], [false], [true, false], [false, true, true]]) {
  Deno.test(`SlotTable agrees with a map while it grows, key columns ${isSymbol}`, () => {
    const random = new Random(isSymbol.length);
    const table = new SlotTable(isSymbol);
    const known = new Map<string, number>();
    for (let batch = 0; batch < 20; batch++) {
      const columns: Columns = isSymbol.map((symbol) =>
        symbol
          ? Int32Array.from({ length: 300 }, () => random.int(60))
          : Float64Array.from({ length: 300 }, () => random.between(-30, 30) * 1e9)
      );
      const found = table.find(columns, new Int32Array(300));
      const keys = Array.from({ length: 300 }, (_, i) => columns.map((column) => column[i]).join());
      keys.forEach((key, i) => assert.equal(found[i], known.get(key) ?? 0));
      const assigned = table.assign(columns, new Int32Array(300));
      keys.forEach((key, i) => {
        if (!known.has(key)) known.set(key, known.size + 1);
        assert.equal(assigned[i], known.get(key));
      });
      assert.equal(table.size, known.size + 1);
    }
    for (const [key, slot] of known) {
      assert.equal(table.keys.map((column) => column[slot]).join(), key);
    }
  });
}
