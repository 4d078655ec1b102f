import assert from "node:assert/strict";
import type { ValueType } from "../../../dsl/types.ts";
import { type ColumnData, createColumn, type PackedColumn } from "../../../runtime/arrow/batch.ts";
import {
  buffersOf,
  clearRow,
  concatColumns,
  copyColumn,
  countNulls,
  createPackedText,
  gather,
  isNull,
  isSoundPacked,
  lengthOf,
  pickRows,
  sliceColumn,
  SymbolTable,
} from "../../../runtime/arrow/mod.ts";
import {
  columnOfJson,
  type Random,
  randomFrom,
  randomJson,
  randomNested,
} from "./nested_values.ts";

/** A kind of column with values of it, and a way to see what a column holds. */
interface Kind {
  readonly name: string;
  make(values: readonly string[]): ColumnData;
  values(count: number): string[];
  show(column: ColumnData): string[];
}

function kindsOf(random: Random): readonly Kind[] {
  const symbols = new SymbolTable();
  const type: ValueType = randomNested(random);
  const textOf = createPackedText(type, symbols);
  const many = (one: () => string) => (count: number) => Array.from({ length: count }, one);
  return [
    {
      name: "numbers",
      make: (values) => Float64Array.from(values, (value) => value === "null" ? NaN : +value),
      values: many(() => random() < 0.2 ? "null" : String(Math.floor(random() * 99))),
      show: (column) =>
        Array.from(column as Float64Array, (value) => value === value ? `${value}` : "null"),
    },
    {
      name: "codes",
      make: (values) => Int32Array.from(values, (value) => value === "null" ? -1 : +value),
      values: many(() => random() < 0.2 ? "null" : String(Math.floor(random() * 99))),
      show: (column) =>
        Array.from(column as Int32Array, (value) => value < 0 ? "null" : `${value}`),
    },
    {
      name: "packed",
      make: (values) => columnOfJson(values, type, symbols),
      values: many(() => randomJson(type, random)),
      show: (column) => {
        const packed = column as PackedColumn;
        assert.ok(isSoundPacked(packed));
        return Array.from(packed.starts, (_, row) => textOf(packed, row) ?? "null");
      },
    },
  ];
}

const rowsOf = (random: Random, count: number, below: number) =>
  Int32Array.from({ length: count }, () => Math.floor(random() * below));

Deno.test("columns of every kind are gathered, cut, joined and copied alike", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = randomFrom(seed);
    for (const { name, make, values, show } of kindsOf(random)) {
      const label = `${name}, seed ${seed}`;
      const [first, second] = [values(9), values(5)];
      const [a, b] = [make(first), make(second)];
      assert.equal(lengthOf(a), 9);
      assert.equal(countNulls(a), first.filter((value) => value === "null").length, label);
      first.forEach((value, row) => assert.equal(isNull(a, row), value === "null", label));
      const rows = rowsOf(random, 14, 9);
      const taken = gather(a, rows);
      assert.deepEqual(show(taken), Array.from(rows, (row) => first[row]), label);
      assert.deepEqual(show(gather(a, rows, 3)), Array.from(rows.slice(0, 3), (row) => first[row]));
      assert.deepEqual(show(sliceColumn(a, 2, 6)), first.slice(2, 6), label);
      const joined = concatColumns([sliceColumn(a, 3, 9), b, taken], 25);
      const all = [...first.slice(3), ...second, ...Array.from(rows, (row) => first[row]!)];
      assert.deepEqual(show(joined), all, label);
      const parts = rowsOf(random, 7, 2);
      const places = Int32Array.from(parts, (part) => Math.floor(random() * (part === 0 ? 9 : 5)));
      const picked = pickRows([a, b], parts, places);
      const expected = Array.from(parts, (part, i) => (part === 0 ? first : second)[places[i]!]!);
      assert.deepEqual(show(picked), expected, label);
      const copy = copyColumn(taken);
      const shared = buffersOf({ columns: [taken] });
      assert.deepEqual(show(copy), show(taken), label);
      assert.ok(buffersOf({ columns: [copy] }).every((buffer) => !shared.includes(buffer)), label);
      clearRow(copy, 1);
      assert.ok(isNull(copy, 1) && countNulls(copy) >= 1, label);
    }
  }
});

const LIST: ValueType = { kind: "list", element: { kind: "f64" } };

Deno.test("rows that share a run share it in a copy; runs of no row are left behind", () => {
  const symbols = new SymbolTable();
  const column = columnOfJson(["[1]", "[2,3]", "null", "[4]"], LIST, symbols);
  const copy = copyColumn(gather(column, Int32Array.of(3, 1, 3, 2, 1)));
  assert.deepEqual([...copy.starts], [0, 3, 0, -1, 3]);
  assert.deepEqual([...copy.words], [3, 1, 4, 4, 2, 2, 3]);
  const wide = { starts: Int32Array.of(5000), words: new Float64Array(10_000) };
  wide.words.set([3, 1, 7], 5000);
  const only = copyColumn(wide);
  assert.deepEqual([[...only.starts], [...only.words]], [[0], [3, 1, 7]]);
});

Deno.test("parts of one column are joined without copying words", () => {
  const symbols = new SymbolTable();
  const column = columnOfJson(["[1]", "[2,3]", "[4]"], LIST, symbols);
  const joined = concatColumns([sliceColumn(column, 2, 3), sliceColumn(column, 0, 2)], 3);
  assert.equal(joined.words, column.words);
});

Deno.test("isSoundPacked() refuses runs that leave the words", () => {
  const sound = (starts: number[], words: number[]) =>
    isSoundPacked({ starts: Int32Array.from(starts), words: Float64Array.from(words) });
  assert.ok(sound([-1, 0, 0], [2, 0]));
  const bad: [number[], number[]][] = [
    [[-2], []],
    [[0], []],
    [[1], [2, 2]],
    [[0], [3, 0]],
    [[0], [1, 0]],
    [[0], [NaN, 0]],
    [[0], [2.5, 0, 0]],
  ];
  for (const [starts, words] of bad) assert.ok(!sound(starts, words), `${starts} in ${words}`);
});

Deno.test("createColumn() begins a nested column with nulls", () => {
  const column = createColumn(LIST, 3);
  assert.equal(lengthOf(column), 3);
  assert.equal(countNulls(column), 3);
});
