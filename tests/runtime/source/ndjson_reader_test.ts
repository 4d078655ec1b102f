import assert from "node:assert/strict";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { readNdjson } from "../../../runtime/source/ndjson_reader.ts";
import { bytesSource, type Read, readRows, wants } from "./read_all.ts";

async function read(
  text: string,
  columns: ReturnType<typeof wants>,
  { piece, capacity, batchRows = 1000 }: { piece?: number; capacity?: number; batchRows?: number } =
    {},
): Promise<Read> {
  const symbols = new SymbolTable();
  const rows = await readNdjson(
    bytesSource(text, piece),
    { columns, symbols, batchRows },
    capacity,
  );
  return await readRows(rows, symbols);
}

Deno.test("readNdjson() reads values, nested paths and keys with points", async () => {
  const text = [
    '{"a": {"b": {"c": 1.5}}, "x.y": true, "s": "é", "t": "2001-01-01T00:01:00Z", "i": "12"}',
    '{"a": {"b": null}, "s": null, "x.y": 0, "other": [1]}',
    '{"a": 3, "s": 12, "t": 978307260000000}',
  ].join("\n");
  const columns = wants(
    ...["a.b.c", "f64", "x.y", "bool", "s", "string", "t", "timestamp", "i", "i64"],
  );
  const expected = [
    [1.5, 1, "é", 978307260000000, 12],
    [null, 0, null, null, null],
    [null, null, "12", 978307260000000, null],
  ];
  for (const capacity of [4, 4096]) {
    for (const batchRows of [1, 10]) {
      const { rows, rejected } = await read(text, columns, { capacity, batchRows, piece: 5 });
      assert.deepEqual(rows, expected);
      assert.deepEqual(rejected, []);
    }
  }
});

Deno.test("readNdjson() rejects malformed lines and values, and reads on", async () => {
  const text = [
    '{"a": 1, "s": "buy"}',
    '{"a": 1,',
    "[1]",
    "3",
    "",
    '{"a": [1], "s": "buy"}',
    '{"a": 2147483648}',
    '{"a": "x"}',
    '{"s": "hold"}',
    '{"s": {"k": 1}}',
    '{"a": true}',
    '{"a": 2, "s": "sell"}',
  ].join("\r\n");
  const { rows, rejected } = await read(text, wants("a", "i32", "s", "buy|sell"));
  assert.deepEqual(rejected, [
    [2, "Cannot read the line: it is no JSON"],
    [3, "Cannot read the line: it is no JSON object"],
    [4, "Cannot read the line: it is no JSON object"],
    [5, 'Cannot read "a": [1] is no i32'],
    [6, 'Cannot read "a": 2147483648 is outside -2147483648 to 2147483647'],
    [7, 'Cannot read "a": "x" is no i32'],
    [8, 'Cannot read "s": "hold" is not one of its values'],
    [9, 'Cannot read "s": {"k":1} is no string'],
    [10, 'Cannot read "a": true is no i32'],
  ]);
  assert.deepEqual([rows[0], rows[10]], [[1, "buy"], [2, "sell"]]);
});

Deno.test("readNdjson() names a column that no object has", async () => {
  await assert.rejects(read('{"price": 1, "at": {"s": 2}}\n', wants("prise", "f64")), {
    code: "MISSING_COLUMN",
    hint: 'Did you mean "price"? The file has "price", "at.s".',
  });
  assert.deepEqual((await read("", wants("a", "f64"))).rows, []);
});
