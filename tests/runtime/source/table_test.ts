import assert from "node:assert/strict";
import type { Column } from "../../../dsl/mod.ts";
import { openResultWriter, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openTable } from "../../../runtime/source/mod.ts";
import { inFolder, readFiles } from "./read_all.ts";

const COLUMNS: readonly Column[] = [
  { name: "k", type: { kind: "string" } },
  { name: "timestamp", type: { kind: "timestamp" } },
  { name: "x", type: { kind: "f64" } },
  { name: "b", type: { kind: "bool" } },
];

for (const format of ["arrow", "parquet", "csv"] as const) {
  Deno.test(`openTable() tells the columns of a ${format} result`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/t.${format}`;
      const symbols = new SymbolTable();
      const writer = await openResultWriter(path, { format, columns: COLUMNS, symbols });
      await writer.write({
        length: 2,
        columns: [
          Int32Array.of(-1, symbols.intern("k")),
          Float64Array.of(0, 1e6),
          Float64Array.of(0.5, NaN),
          Float64Array.of(0, 1),
        ],
      });
      await writer.close();
      const table = await openTable(path);
      assert.deepEqual(table.columns, COLUMNS);
      assert.deepEqual(table.unreadable, []);
      assert.equal(table.rows, format === "csv" ? undefined : 2);
    });
  });
}

Deno.test("openTable() infers the types of CSV columns", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.csv`;
    Deno.writeTextFileSync(
      path,
      "whole,real,time,flag,text,empty,id,mixed\n" +
        "1,1.5,2001-01-01 00:01:00,true,a,,9007199254740993,1\n" +
        ",nan,2001-01-02,FALSE,1x,,1,b\n",
    );
    assert.deepEqual(printed((await openTable(path)).columns), [
      "whole f64",
      "real f64",
      "time timestamp",
      "flag bool",
      "text string",
      "empty string",
      "id string",
      "mixed string",
    ]);
  });
});

Deno.test("openTable() infers the types of NDJSON paths, and they can be read", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.ndjson`;
    Deno.writeTextFileSync(
      path,
      '{"a": {"x": 1, "t": "2001-01-01T00:01:00Z"}, "b": true, "list": [1], "odd": [1, "a"]}\n' +
        'broken\n{"s": "text", "a": {"x": null}}\n',
    );
    const { columns, unreadable } = await openTable(path);
    assert.deepEqual(unreadable, [{ name: "odd", declared: "list" }]);
    assert.deepEqual(printed(columns), [
      "a.x f64",
      "a.t timestamp",
      "b bool",
      "list list",
      "s string",
    ]);
    const { rows } = await readFiles({
      paths: [path],
      columns: columns.filter(({ name }) => name !== "list")
        .map((column) => ({ ...column, from: column.name })),
    });
    assert.deepEqual(rows[0], [1, 978307260000000, 1, null]);
  });
});

function printed(columns: readonly Column[]): string[] {
  return columns.map(({ name, type }) => `${name} ${type.kind}`);
}
