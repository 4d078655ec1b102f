import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import { openResultWriter, type ResultFormat, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openReader } from "../../../runtime/source/mod.ts";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { SAMPLE_COLUMNS, sampleRows, toBatch, toValues } from "./sample_rows.ts";

const FORMATS: readonly ResultFormat[] = ["arrow", "parquet", "csv"];

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await use(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

async function writeSample(path: string, format: ResultFormat, batches: readonly number[]) {
  const symbols = new SymbolTable();
  symbols.intern("a symbol the file does not have");
  const writer = await openResultWriter(path, { format, columns: SAMPLE_COLUMNS, symbols });
  const rows = batches.map((count, seed) => sampleRows(count, seed));
  for (const part of rows) await writer.write(toBatch(part, symbols));
  const { bytes } = await writer.close();
  assert.equal(bytes, Deno.statSync(path).size);
  return rows.flat();
}

for (const format of FORMATS) {
  Deno.test(`openResultWriter() writes ${format} that reads back the same`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/set.${format}`;
      const rows = await writeSample(path, format, [300, 0, 1, 77]);
      assert.deepEqual(namesIn(folder), [`set.${format}`]);
      for (const batchRows of [1000, 50]) {
        const symbols = new SymbolTable();
        const columns = SAMPLE_COLUMNS.map((column) => ({ ...column, from: column.name }));
        const reader = await openReader({ paths: [path], columns, symbols, batchRows });
        const read = [];
        for (let block = await reader.read(); block; block = await reader.read()) {
          assert.equal(block.firstRow, read.length + 1);
          assert.deepEqual(block.rejected, []);
          assert.ok(block.batch.length <= batchRows);
          read.push(...toValues(block.batch, symbols));
        }
        assert.deepEqual(read, rows);
        assert.equal(reader.bytesRead, reader.bytesTotal);
        await reader.close();
      }
    });
  });

  Deno.test(`openResultWriter() writes an empty ${format} file`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/empty.${format}`;
      await writeSample(path, format, []);
      const columns = SAMPLE_COLUMNS.map((column) => ({ ...column, from: column.name }));
      const reader = await openReader({ paths: [path], columns, symbols: new SymbolTable() });
      assert.equal(await reader.read(), undefined);
      await reader.close();
    });
  });

  Deno.test(`openResultWriter() leaves nothing of an aborted ${format} file`, async () => {
    await inFolder(async (folder) => {
      const path = `${folder}/set.${format}`;
      Deno.writeTextFileSync(path, "the file of an earlier run");
      const symbols = new SymbolTable();
      const writer = await openResultWriter(path, { format, columns: SAMPLE_COLUMNS, symbols });
      await writer.write(toBatch(sampleRows(10, 1), symbols));
      assert.equal(namesIn(folder).length, 2);
      await writer.abort();
      await writer.abort();
      assert.deepEqual(namesIn(folder), [`set.${format}`]);
      assert.equal(Deno.readTextFileSync(path), "the file of an earlier run");
    });
  });

  Deno.test(`openResultWriter() names the ${format} file it cannot write`, async () => {
    const options = { format, columns: SAMPLE_COLUMNS, symbols: new SymbolTable() };
    await assert.rejects(
      openResultWriter("/no/such/folder/x", options),
      (error) => error instanceof FeaturizerError && error.code === "UNWRITABLE_FILE",
    );
  });
}

Deno.test("Arrow results have aligned buffers and dictionaries in order of appearance", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/set.arrow`;
    const rows = await writeSample(path, "arrow", [300, 200]);
    const bytes = Deno.readFileSync(path);
    const table = tableFromIPC(bytes);
    assert.equal(table.batches.length, 2);
    const seen = [...new Set(rows.map((row) => row[0]).filter((text) => text !== null))];
    for (const batch of table.batches) {
      const { children } = batch.data;
      assert.deepEqual([...children[0]!.dictionary!], seen);
      for (const { values, nullBitmap } of children) {
        assert.equal(values.byteOffset % 64, 0);
        if (nullBitmap.length > 0) assert.equal(nullBitmap.byteOffset % 64, 0);
      }
    }
  });
});

Deno.test("CSV results are RFC 4180 with ISO times and shortest numbers", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/set.csv`;
    const symbols = new SymbolTable();
    const writer = await openResultWriter(path, {
      format: "csv",
      columns: [...SAMPLE_COLUMNS, { name: 'a "b", c', type: { kind: "f64" } }],
      symbols,
    });
    const { columns } = toBatch([
      ['é,"x"', 978307260500000, 0.1, Math.fround(0.1), -5, 2 ** 53 - 1, 1, -1000000, "buy"],
      [null, 0, null, null, null, null, null, null, null],
      ["", 1, 1e300, 0, 0, 0, 0, 0, "sell"],
    ], symbols);
    await writer.write({ length: 3, columns: [...columns, Float64Array.of(1, NaN, 1e-7)] });
    await writer.close();
    assert.equal(
      Deno.readTextFileSync(path),
      [
        'k,ts,x,f,i,l,b,d,e,"a ""b"", c"',
        '"é,""x""",2001-01-01T00:01:00.5Z,0.1,0.1,-5,9007199254740991,true,-1000000,buy,1',
        ",1970-01-01T00:00:00Z,,,,,,,,",
        '"",1970-01-01T00:00:00.000001Z,1e+300,0,0,0,false,0,sell,1e-7',
        "",
      ].join("\n"),
    );
  });
});
