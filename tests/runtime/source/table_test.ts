import assert from "node:assert/strict";
import type { Column } from "../../../dsl/typed_ast.ts";
import {
  openResultWriter,
  type ResultFormat,
  SymbolTable,
  toRows,
} from "../../../runtime/arrow/mod.ts";
import { openTable, type Selection, selectRows } from "../../../runtime/source/mod.ts";
import { inFolder } from "./read_all.ts";

const COLUMNS: readonly Column[] = [
  { name: "k", type: { kind: "string" } },
  { name: "timestamp", type: { kind: "timestamp" } },
  { name: "x", type: { kind: "f64" } },
  { name: "b", type: { kind: "bool" } },
];

async function writeTable(path: string, format: ResultFormat, rows: number): Promise<void> {
  const symbols = new SymbolTable();
  const writer = await openResultWriter(path, { format, columns: COLUMNS, symbols });
  const indices = Array.from({ length: rows }, (_, i) => i);
  await writer.write({
    length: rows,
    columns: [
      Int32Array.from(indices, (i) => (i % 3 === 0 ? -1 : symbols.intern(`k${i}`))),
      Float64Array.from(indices, (i) => i * 1e6),
      Float64Array.from(indices, (i) => (i % 4 === 0 ? NaN : i / 2)),
      Float64Array.from(indices, (i) => i % 2),
    ],
  });
  await writer.close();
}

async function select(path: string, selection: Selection) {
  const symbols = new SymbolTable();
  const table = await openTable(path);
  const { columns, batches } = selectRows(table, { batchRows: 4, ...selection }, symbols);
  const rows = [];
  for await (const batch of batches) rows.push(...toRows(batch, columns, symbols));
  return rows;
}

for (const format of ["arrow", "parquet", "csv"] as const) {
  Deno.test(`openTable() tells the columns of a ${format} file`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/t.${format}`;
      await writeTable(path, format, 20);
      const table = await openTable(path);
      assert.deepEqual(table.columns, COLUMNS);
      assert.deepEqual(table.unreadable, []);
      assert.equal(table.rows, format === "csv" ? undefined : 20);
    });
  });

  Deno.test(`selectRows() reads the head, a range and every n-th row of a ${format} file`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/t.${format}`;
      await writeTable(path, format, 20);
      assert.deepEqual(await select(path, { limit: 2 }), [
        { k: null, timestamp: "1970-01-01T00:00:00Z", x: null, b: false },
        { k: "k1", timestamp: "1970-01-01T00:00:01Z", x: 0.5, b: true },
      ]);
      assert.deepEqual(
        await select(path, { columns: ["x", "k"], fromUs: 5e6, toUs: 15e6, everyN: 4 }),
        [{ x: 2.5, k: "k5" }, { x: 4.5, k: null }, { x: 6.5, k: "k13" }],
      );
      assert.equal((await select(path, {})).length, 20);
      assert.equal((await select(path, { limit: 0 })).length, 0);
      await assert.rejects(select(path, { columns: ["y"] }), { code: "MISSING_COLUMN" });
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
    const { columns } = await openTable(path);
    assert.deepEqual(columns.map(({ name, type }) => `${name} ${type.kind}`), [
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

Deno.test("selectRows() names a row that does not fit and a table without time", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/t.csv`;
    Deno.writeTextFileSync(path, `a\n${"1\n".repeat(2500)}x\n`);
    await assert.rejects(select(path, {}), {
      code: "BAD_ROW",
      message: `Cannot read row 2501 of "${path}": Cannot read "a": "x" is no f64`,
    });
    await assert.rejects(select(path, { fromUs: 0 }), { code: "NO_TIME_COLUMN" });
  });
});
