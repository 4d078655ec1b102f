import assert from "node:assert/strict";
import type { ValueType } from "../../../dsl/types.ts";
import { checkColumn, ForgedRows, translateColumn } from "../../../runtime/engine/translate.ts";
import type { PackedColumn } from "../../../runtime/arrow/mod.ts";

const STRING: ValueType = { kind: "string" };
const INTEGER: ValueType = { kind: "i64" };
const CODES = Int32Array.of(7, 5, 6);
const big = (code: number) => 2 ** 53 + 2 * code;

const RECORDS: ValueType = {
  kind: "list",
  element: {
    kind: "struct",
    fields: [
      { name: "tags", type: { kind: "map", key: STRING, value: INTEGER } },
      { name: "at", type: { kind: "vector", length: 2 } },
    ],
  },
};

/** One value of two structs, shared by two rows: {tags: {0: big 1, 2: 3}, at: [0, 1]} and {tags: null, at: null}. */
function records(): PackedColumn {
  const value = [2, 1, 2, 0, big(1), 2, 3, 1, 0, 1, 1, -1, -1];
  return {
    starts: Int32Array.of(0, -1, 0),
    words: Float64Array.of(value.length + 1, ...value),
  };
}

Deno.test("translateColumn() changes codes and nothing else, each shared value once", () => {
  assert.deepEqual(
    translateColumn(Int32Array.of(0, -1, 2), STRING, CODES),
    Int32Array.of(7, -1, 6),
  );
  const integers = Float64Array.of(1, NaN, big(1), -9);
  assert.deepEqual(
    translateColumn(integers, INTEGER, CODES),
    Float64Array.of(1, NaN, big(5), -9),
  );
  const before = records();
  const { starts, words } = translateColumn(before, RECORDS, CODES) as PackedColumn;
  assert.deepEqual(starts, before.starts);
  assert.deepEqual([...words], [14, 2, 1, 2, 7, big(5), 6, 3, 1, 0, 1, 1, -1, -1]);
  assert.deepEqual(before, records(), "the column that came is left as it was");
});

Deno.test("a number beyond 2^53 is a symbol only in a column of i64", () => {
  const numbers = Float64Array.of(1e300);
  assert.equal(translateColumn(numbers, { kind: "f64" }, CODES), numbers);
  assert.throws(() => translateColumn(numbers, INTEGER, CODES), ForgedRows);
});

Deno.test("codes that nobody made known are forged", () => {
  for (const code of [3, -2, 2 ** 31 - 1]) {
    assert.throws(() => translateColumn(Int32Array.of(code), STRING, CODES), ForgedRows);
    assert.throws(() => checkColumn(Int32Array.of(code), STRING, 3), ForgedRows);
  }
  assert.throws(() => checkColumn(Float64Array.of(big(3)), INTEGER, 3), ForgedRows);
  checkColumn(Int32Array.of(2, -1), STRING, 3);
  checkColumn(records(), RECORDS, 3);
  assert.throws(() => checkColumn(records(), RECORDS, 2), ForgedRows);
});

Deno.test("columns of another storage than their type's are forged", () => {
  const columns = [Int32Array.of(0), Float64Array.of(0), records()];
  const types = [STRING, { kind: "f64" }, RECORDS] as const;
  columns.forEach((column, i) => {
    types.forEach((type, j) => {
      if (i === j) checkColumn(column, type, 3);
      else assert.throws(() => checkColumn(column, type, 3), ForgedRows, `${i} as ${j}`);
    });
  });
});

Deno.test("nested values that leave their run are forged, and take no time", () => {
  const list: ValueType = { kind: "list", element: { kind: "f64" } };
  for (const words of [[3, 1e15, 0], [1, 0], [9, 2, 0], [4, 2, 0, 0, 5], [3, 2, 0], [2, NaN]]) {
    const column = { starts: Int32Array.of(0), words: Float64Array.from(words) };
    if (words[0] === 4) checkColumn(column, list, 0);
    else assert.throws(() => checkColumn(column, list, 0), ForgedRows, `${words}`);
  }
});
