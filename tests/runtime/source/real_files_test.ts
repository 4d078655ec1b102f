/** Files that other programs wrote: those of `vega-datasets`, and small ones of PyArrow 26 in `fixtures/`. */
import assert from "node:assert/strict";
import { asFlat, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openReader, openTable } from "../../../runtime/source/mod.ts";
import { readFiles, wants } from "./read_all.ts";

function pathOf(relative: string): string {
  return new URL(relative, import.meta.url).pathname;
}

const FLIGHTS = pathOf("../../../node_modules/vega-datasets/data/flights-3m.parquet");
const SOME_FLIGHTS = pathOf("../../../node_modules/vega-datasets/data/flights-200k.arrow");
const AIRPORTS = pathOf("../../../node_modules/vega-datasets/data/airports.csv");

Deno.test("openReader() reads three million flights of Parquet", async () => {
  const symbols = new SymbolTable();
  const columns = wants("date", "timestamp", "delay", "f64", "origin", "string");
  const reader = await openReader({ paths: [FLIGHTS], columns, symbols });
  assert.equal(reader.rowsTotal, 3_000_000);
  let rows = 0;
  let delays = 0;
  let lastUs = -Infinity;
  for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
    const [times, minutes] = block.batch.columns.map(asFlat);
    assert.equal(block.firstRow, rows + 1);
    assert.ok(times![0]! >= lastUs);
    lastUs = times!.at(-1)!;
    for (const delay of minutes!) delays += delay;
    rows += block.batch.length;
  }
  await reader.close();
  assert.equal(rows, 3_000_000);
  assert.equal(delays, 20_003_603);
  assert.equal(lastUs, 993_945_600_000_000);
  assert.equal(symbols.size, 229);
});

Deno.test("openReader() reads flights of Arrow and airports of CSV", async () => {
  const table = await openTable(SOME_FLIGHTS);
  assert.deepEqual(table.columns.map(({ name }) => name), ["delay", "distance", "time"]);
  assert.equal(table.rows, 200_000);
  const { rows } = await readFiles({
    paths: [AIRPORTS],
    columns: wants("iata", "string", "longitude", "f64"),
  });
  assert.equal(rows.length, 3376);
  assert.deepEqual(rows[0], ["00M", -89.23450472]);
});

Deno.test("openReader() reads packed Arrow files", async () => {
  for (const name of ["lz4", "zstd"]) {
    const { rows } = await readFiles({
      paths: [pathOf(`fixtures/packed_${name}.arrow`)],
      columns: wants("k", "string", "x", "f64"),
      batchRows: 70,
    });
    assert.equal(rows.length, 300);
    rows.forEach((row, i) => assert.deepEqual(row, [["a", 1.5], [null, null], ["bb", 2]][i % 3]));
  }
});

Deno.test("openReader() reads dictionaries that grow or are replaced, and views of strings", async () => {
  const grown = await readFiles({
    paths: [pathOf("fixtures/growing_dictionary.arrow")],
    columns: wants("k", "string"),
  });
  assert.deepEqual(grown.rows.flat(), ["a", "b", "a", "b", "c", "y", "x"]);
  const views = await readFiles({
    paths: [pathOf("fixtures/string_views.arrow")],
    columns: wants("k", "string"),
    batchRows: 2,
  });
  assert.deepEqual(views.rows.flat(), ["a", null, "longer than twelve bytes", "é", ""]);
});
