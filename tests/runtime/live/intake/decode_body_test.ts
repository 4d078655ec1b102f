/** Bodies of all formats, whole and in pieces. */
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { Float64, RecordBatch, Table, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { asFlat, encodeBlock, isNull, SymbolTable } from "../../../../runtime/arrow/mod.ts";
import { type BodyFormat, decodeBody } from "../../../../runtime/live/intake/decode_body.ts";
import { tradesSource } from "../sources/recorded_intake.ts";

const { columns } = tradesSource();
const encoder = new TextEncoder();

Deno.test("NDJSON gives rows in pieces of any size; unknown fields go, absent ones are null", async () => {
  const text =
    '{"symbol":"a","ts":1000,"price":1.5,"x":{"y":1}}\n\n{"symbol":"b","ts":2000}\nnot\n[1]\n';
  for (const size of [1, 7, text.length]) {
    assert.deepEqual(await rowsOf(pieces(encoder.encode(text), size), "ndjson"), [
      ["a", 1000, 1.5],
      ["b", 2000, null],
      "Cannot read the line: it is no JSON",
      "Cannot read the line: it is no JSON object",
    ]);
  }
});

Deno.test("a JSON body is an object or a list of objects", async () => {
  assert.deepEqual(await rowsOf(encoder.encode('{"symbol":"a","ts":1}'), "json"), [["a", 1, null]]);
  const list = '[{"symbol":"a","ts":1,"price":"x"},7,{"ts":2}]';
  assert.deepEqual(await rowsOf(pieces(encoder.encode(list), 5), "json"), [
    'Cannot read "price": "x" is no f64',
    "Cannot read the row: it is no JSON object",
    [null, 2, null],
  ]);
  await assert.rejects(rowsOf(encoder.encode("7"), "json"), { code: "BAD_JSON_BODY" });
  await assert.rejects(rowsOf(encoder.encode("[{"), "json"), { code: "BAD_JSON_BODY" });
  await assert.rejects(rowsOf(encoder.encode(`[${" ".repeat(5000)}]`), "json", 4096), {
    code: "BODY_TOO_LARGE",
  });
});

Deno.test("rows of an NDJSON stream are given while the stream goes on", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const blocks = decodeBody(readable, optionsOf("ndjson", new SymbolTable()));
  const first = blocks.next();
  await writer.write(encoder.encode('{"symbol":"a","ts":1}\n{"symbol":"b"'));
  assert.equal((await first).value?.batch.length, 1);
  const second = blocks.next();
  await writer.write(encoder.encode(',"ts":2}\n'));
  assert.equal((await second).value?.batch.length, 1);
  const end = blocks.next();
  await writer.close();
  assert.equal((await end).done, true);
});

Deno.test("a steady body is cut by its rows, however it comes", async () => {
  const line = encoder.encode('{"symbol":"a","ts":1}\n');
  const count = 20_000;
  async function* slowly() {
    for (let i = 0; i < count; i += 500) {
      yield new Uint8Array(line.length * 500).map((_, at) => line[at % line.length]!);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const options = { ...optionsOf("ndjson", new SymbolTable()), isSteady: true };
  const lengths: number[] = [];
  for await (const { batch } of decodeBody(ReadableStream.from(slowly()), options)) {
    lengths.push(batch.length);
  }
  assert.deepEqual(lengths, [16_384, count - 16_384]);
});

Deno.test("an Arrow stream may lack columns and come in pieces", async () => {
  const bytes = arrowBytes(["symbol", "ts"]);
  for (const size of [1, 64, 1000, bytes.length]) {
    assert.deepEqual(await rowsOf(pieces(bytes, size), "arrow"), [["a", 1, null], ["b", 2, null]]);
  }
});

Deno.test("an Arrow stream of many batches, as others write it, comes in pieces; so may a file", async () => {
  const batches = ["a", "b", "c"].map((key, i) => {
    const keys = vectorFromArray([key], new Utf8());
    return new RecordBatch({
      symbol: keys.data[0]!,
      price: vectorFromArray([i], new Float64()).data[0]!,
    });
  });
  const expected = [["a", null, 0], ["b", null, 1], ["c", null, 2]];
  const table = new Table(batches);
  for (const kind of ["stream", "file"] as const) {
    const bytes = tableToIPC(table, kind);
    for (const size of [10, bytes.length]) {
      assert.deepEqual(await rowsOf(pieces(bytes, size), "arrow"), expected);
    }
  }
});

Deno.test("Arrow that is cut off, too long or none at all is refused", async () => {
  const bytes = arrowBytes(["symbol", "ts", "price"]);
  await assert.rejects(rowsOf(bytes.subarray(0, 300), "arrow"), { code: "BAD_ARROW_FILE" });
  await assert.rejects(rowsOf(encoder.encode("{}"), "arrow"), { code: "BAD_ARROW_FILE" });
  await assert.rejects(rowsOf(bytes, "arrow", 64), { code: "BODY_TOO_LARGE" });
});

function arrowBytes(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const symbols = new SymbolTable();
  const own = columns.filter(({ name }) => names.includes(name));
  const values = { symbol: Int32Array.of(symbols.intern("a"), symbols.intern("b")) };
  const batch = {
    length: 2,
    columns: own.map(({ name }) => name === "symbol" ? values.symbol : Float64Array.of(1, 2)),
  };
  return encodeBlock(batch, own, symbols);
}

function pieces(bytes: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const parts = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, i) => bytes.slice(i * size, (i + 1) * size),
  );
  return ReadableStream.from(parts);
}

function optionsOf(format: BodyFormat, symbols: SymbolTable, mostBytes = 1 << 20) {
  return { name: "rows", format, isSteady: false, columns, symbols, mostBytes };
}

type Row = string | (string | number | null)[];

async function rowsOf(
  body: ReadableStream<Uint8Array> | Uint8Array,
  format: BodyFormat,
  mostBytes?: number,
): Promise<Row[]> {
  const symbols = new SymbolTable();
  const all: Row[] = [];
  for await (const { batch, rejected } of decodeBody(body, optionsOf(format, symbols, mostBytes))) {
    const reasons = new Map(rejected.map(({ row, reason }) => [row, reason]));
    for (let row = 0; row < batch.length; row++) {
      const cells = batch.columns.map((column, place) => {
        const value = asFlat(column)[row]!;
        return isNull(column, row) ? null : place === 0 ? symbols.text(value) : value;
      });
      all.push(reasons.get(row) ?? cells);
    }
  }
  return all;
}
