import assert from "node:assert/strict";
import type { ValueType } from "../../../../dsl/mod.ts";
import {
  type Cell,
  CellError,
  cellOf,
  equalCells,
  jsonOf,
  wordOf,
} from "../../../../runtime/set/cases/case_cells.ts";

const F64: ValueType = { kind: "f64" };
const I64: ValueType = { kind: "i64" };
const TEXT: ValueType = { kind: "string" };
const TIME: ValueType = { kind: "timestamp" };
const LEVELS: ValueType = {
  kind: "list",
  element: { kind: "struct", fields: [{ name: "price", type: F64 }, { name: "n", type: I64 }] },
};

/** Word, type, value, and the word that the value is shown as. */
const WORDS: readonly (readonly [string, ValueType, Cell, string])[] = [
  ["-", F64, null, "-"],
  ["1e3", F64, 1000, "1000"],
  ["2/3", F64, 2 / 3, "0.6666666666666666"],
  ["-0", F64, 0, "0"],
  ["0.1", { kind: "f32" }, Math.fround(0.1), String(Math.fround(0.1))],
  ["9223372036854775807", I64, 9223372036854775807n, "9223372036854775807"],
  ["buy", { kind: "enum", values: ["buy", "sell"] }, "buy", "buy"],
  ['"two words"', TEXT, "two words", '"two words"'],
  ['"-"', TEXT, "-", '"-"'],
  ["true", { kind: "bool" }, true, "true"],
  ["1.5s", TIME, 1_500_000, "1.5s"],
  ["-2s", TIME, -2_000_000, "-2s"],
  ["2024-01-01T00:00:00.5Z", TIME, 1_704_067_200_500_000, "2024-01-01T00:00:00.5Z"],
  ["7us", { kind: "duration" }, 7, "7us"],
  ['[{"price":1,"n":2}]', LEVELS, [{ price: 1, n: 2 }], '[{"price":1,"n":2}]'],
  [
    '{"a":1,"b":null}',
    { kind: "map", key: TEXT, value: F64 },
    [["a", 1], ["b", null]],
    '{"a":1,"b":null}',
  ],
  ["[1,2]", { kind: "vector", length: 2 }, [1, 2], "[1,2]"],
];

Deno.test("cellOf() reads words of every type, and wordOf() writes what it reads", () => {
  for (const [word, type, value, shown] of WORDS) {
    const cell = cellOf(word, type);
    assert.deepEqual(cell, value, word);
    assert.equal(wordOf(cell, type), shown);
    assert.ok(equalCells(cellOf(shown, type), cell, 0), shown);
  }
});

Deno.test("cellOf() refuses what is no value of the type", () => {
  for (
    const [word, type] of [["x", F64], ["1/0", F64], ["1.5", I64], ["yes", { kind: "bool" }], [
      "soon",
      TIME,
    ], ["[1", LEVELS]] as const
  ) {
    assert.throws(() => cellOf(word, type), CellError, word);
  }
});

Deno.test("jsonOf() gives times as ISO 8601 and wide integers in full", () => {
  assert.equal(jsonOf(cellOf("1s", TIME), TIME), '"1970-01-01T00:00:01Z"');
  assert.equal(jsonOf(cellOf("9223372036854775807", I64), I64), "9223372036854775807");
});

Deno.test("equalCells() compares to the bit unless a tolerance is given", () => {
  assert.ok(!equalCells(0.1 + 0.2, 0.3, 0));
  assert.ok(equalCells(0.1 + 0.2, 0.3, 1e-12));
  assert.ok(equalCells([[1e6]], [[1e6 + 1]], 1e-5));
  assert.ok(!equalCells([1], [1, 2], 1));
  assert.ok(!equalCells(null, 0, 1));
});
