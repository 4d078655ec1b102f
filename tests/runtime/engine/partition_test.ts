import assert from "node:assert/strict";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { partitionRows } from "../../../runtime/engine/mod.ts";
import type { RoutedKeys } from "../../../runtime/engine/partition.ts";
import { Random } from "../../support/random.ts";

const symbols = new SymbolTable();
for (let code = 0; code < 331; code++) symbols.intern(`key${code}`);
const { hashes } = symbols;

const KEYS: RoutedKeys = {
  columns: [Int32Array.from({ length: 2000 }, (_, i) => i % 331)],
  kinds: ["text"],
  hashes,
};

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
  const kinds = ["text", "number"] as const;
  const whole = partitionRows({ columns: [codes, numbers], kinds, hashes }, 50, 3);
  for (let i = 0; i < 50; i++) {
    const columns = [codes.slice(i, i + 1), numbers.slice(i, i + 1)];
    const alone = partitionRows({ columns, kinds, hashes }, 1, 3);
    const place = alone.findIndex((rows) => rows.length === 1);
    assert.ok(whole[place]?.includes(i), `row ${i}`);
  }
});

Deno.test("partitionRows() without keys takes all rows to one partition", () => {
  const split = partitionRows({ columns: [], kinds: [], hashes }, 5, 3);
  assert.deepEqual(split.map((rows) => rows.length).sort(), [0, 0, 5]);
});

Deno.test("partitionRows() goes by the texts of keys, whatever their codes", () => {
  const other = new SymbolTable();
  for (let code = 330; code >= 0; code--) other.intern(`key${code}`);
  const same = (keys: RoutedKeys) => partitionRows(keys, 331, 5).map((rows) => [...rows]);
  const codes = Int32Array.from({ length: 331 }, (_, i) => i);
  const otherCodes = codes.map((code) => 330 - code);
  assert.deepEqual(
    same({ columns: [codes], kinds: ["text"], hashes }),
    same({ columns: [otherCodes], kinds: ["text"], hashes: other.hashes }),
  );
  const big = (column: Int32Array) => Float64Array.from(column, (code) => 2 ** 53 + 2 * code);
  const kinds = ["integer", "text"] as const;
  assert.deepEqual(
    same({ columns: [big(codes), codes], kinds, hashes }),
    same({ columns: [big(otherCodes), otherCodes], kinds, hashes: other.hashes }),
  );
});
