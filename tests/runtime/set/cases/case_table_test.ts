import assert from "node:assert/strict";
import { parseTable, TableError, tableText } from "../../../../runtime/set/cases/case_table.ts";

Deno.test("parseTable() splits at space, but not within quotes and brackets", () => {
  assert.deepEqual(parseTable('\n  k  ts   x\n\n  "a \\" b"  1s  [1, {"p": [2, 3]}]\n'), {
    names: ["k", "ts", "x"],
    rows: [['"a \\" b"', "1s", '[1, {"p": [2, 3]}]']],
  });
});

Deno.test("parseTable() refuses a row with other cells than columns", () => {
  assert.throws(
    () => parseTable("k ts\n a 1s 2"),
    new TableError(
      "row 1 has 3 cells for 2 columns: a  1s  2",
    ),
  );
  assert.throws(() => parseTable(" \n"), TableError);
});

Deno.test("tableText() puts columns under each other", () => {
  assert.deepEqual(tableText({ names: ["k", "ts"], rows: [["long", "1s"], ["é", "-"]] }), [
    "k     ts",
    "long  1s",
    "é     -",
  ]);
});
