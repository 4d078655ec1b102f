import assert from "node:assert/strict";
import type { ValueType } from "../../../dsl/types.ts";
import type { PackedColumn } from "../../../runtime/arrow/batch.ts";
import {
  asFlat,
  copyColumn,
  createPackedText,
  createRecode,
  FIRST_BIG,
  gather,
  SymbolTable,
} from "../../../runtime/arrow/mod.ts";
import { columnOfJson, randomFrom, randomJson, randomNested } from "./nested_values.ts";

/** Own codes of all texts of the other table. */
function codesOf(other: SymbolTable, symbols: SymbolTable): Int32Array {
  return Int32Array.from(other.textsFrom(0), (text) => symbols.intern(text));
}

Deno.test("createRecode() keeps values while codes change, in nested columns too", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomFrom(seed);
    const type = randomNested(random);
    const other = new SymbolTable();
    const json = Array.from({ length: 12 }, () => randomJson(type, random));
    const rows = Int32Array.of(3, 3, 0, 11, 5);
    const column = gather(columnOfJson(json, type, other), rows);
    const symbols = new SymbolTable();
    for (const text of ["x", "y", "z"]) symbols.intern(text);
    const recode = createRecode(type);
    const own = recode ? recode(column, codesOf(other, symbols)) : copyColumn(column);
    const textOf = createPackedText(type, symbols);
    const read = Array.from(rows, (_, row) => textOf(own as PackedColumn, row) ?? "null");
    assert.deepEqual(read, Array.from(rows, (row) => json[row]), `seed ${seed}`);
  }
});

Deno.test("createRecode() changes codes and stand-ins for integers, and no other number", () => {
  const codes = Int32Array.of(7, 9);
  const text = createRecode({ kind: "string" })!;
  assert.deepEqual([...asFlat(text(Int32Array.of(1, -1, 0), codes))], [9, -1, 7]);
  const i64 = createRecode({ kind: "i64" })!;
  const small = Float64Array.of(1, NaN, -5);
  assert.equal(i64(small, codes), small);
  assert.deepEqual(
    [...asFlat(i64(Float64Array.of(1, FIRST_BIG + 2, NaN), codes))],
    [1, FIRST_BIG + 18, NaN],
  );
  const without: ValueType[] = [
    { kind: "f64" },
    { kind: "timestamp" },
    { kind: "vector", length: 2 },
    { kind: "list", element: { kind: "bool" } },
  ];
  for (const type of without) assert.equal(createRecode(type), undefined);
});

Deno.test("createRecode() refuses codes without a text, and values that leave their words", () => {
  const codes = Int32Array.of(0, -1);
  const text = createRecode({ kind: "string" })!;
  const i64 = createRecode({ kind: "i64" })!;
  for (const code of [1, 2]) assert.throws(() => text(Int32Array.of(code), codes), RangeError);
  assert.throws(() => i64(Float64Array.of(FIRST_BIG + 4), codes), RangeError);
  const list = createRecode({ kind: "list", element: { kind: "string" } })!;
  const column = { starts: Int32Array.of(0), words: Float64Array.of(3, 1e9, 0) };
  assert.throws(() => list(column, codes), RangeError);
  const past = { starts: Int32Array.of(0), words: Float64Array.of(3, 2, 0) };
  assert.throws(() => list(past, codes), RangeError);
});
