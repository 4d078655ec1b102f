import assert from "node:assert/strict";
import { tableFromIPC } from "apache-arrow";
import type { Column } from "../../../dsl/typed_ast.ts";
import type { NestedType, ValueType } from "../../../dsl/types.ts";
import type { PackedColumn } from "../../../runtime/arrow/batch.ts";
import {
  createPackedText,
  decodeBlock,
  encodeBlock,
  isSoundPacked,
  openResultWriter,
  parseTimestamp,
  type ResultFormat,
  SymbolTable,
} from "../../../runtime/arrow/mod.ts";
import { compareTexts, sizeOf, unpack } from "../../../runtime/kernel/mod.ts";
import { openReader } from "../../../runtime/source/mod.ts";
import { parseJson } from "../../../runtime/source/ndjson_lines.ts";
import { columnOfJson, randomFrom, randomJson, randomNested } from "./nested_values.ts";

interface Sample {
  readonly columns: readonly Column[];
  /** By column, the JSON of each row. */
  readonly json: readonly (readonly string[])[];
}

function sampleOf(seed: number, rows: number): Sample {
  const random = randomFrom(seed);
  const columns = Array.from({ length: 4 }, (_, i) => ({
    name: `c${i}`,
    type: randomNested(random),
  }));
  const json = columns.map(({ type }) =>
    Array.from({ length: rows }, () => randomJson(type, random))
  );
  return { columns, json };
}

function batchOf({ columns, json }: Sample, symbols: SymbolTable, from = 0, to = json[0]!.length) {
  return {
    length: to - from,
    columns: columns.map(({ type }, i) => columnOfJson(json[i]!.slice(from, to), type, symbols)),
  };
}

function jsonOf(column: unknown, type: ValueType, symbols: SymbolTable): string[] {
  const packed = column as PackedColumn;
  const textOf = createPackedText(type, symbols);
  return Array.from(packed.starts, (_, row) => textOf(packed, row) ?? "null");
}

Deno.test("PackedBuilder and createNestedRead() lay values out as words", () => {
  const symbols = new SymbolTable();
  const b = symbols.intern("b");
  const words = (type: ValueType, json: string) => {
    const { starts, words } = columnOfJson([json], type, symbols);
    return [...starts, ...words];
  };
  const text: ValueType = { kind: "string" };
  const f64: ValueType = { kind: "f64" };
  assert.deepEqual(words({ kind: "list", element: f64 }, "[1,null,2]"), [0, 5, 3, 1, NaN, 2]);
  assert.deepEqual(words({ kind: "list", element: text }, '["b",null]'), [0, 4, 2, b, -1]);
  assert.deepEqual(words({ kind: "vector", length: 2 }, "[1,null]"), [0, 4, 1, 1, NaN]);
  assert.deepEqual(words({ kind: "vector", length: 2 }, "null"), [-1]);
  const struct: ValueType = {
    kind: "struct",
    fields: [{ name: "p", type: f64 }, { name: "q", type: { kind: "list", element: f64 } }],
  };
  assert.deepEqual(words(struct, '{"p":5,"q":null}'), [0, 4, 1, 5, -1]);
  const map: ValueType = { kind: "map", key: text, value: f64 };
  const [a] = [symbols.intern("a")];
  assert.deepEqual(words(map, '{"b":1,"a":2}'), [0, 6, 2, a, 2, b, 1]);
});

Deno.test("what readers lay out is what kernels read", () => {
  for (let seed = 200; seed < 240; seed++) {
    const random = randomFrom(seed);
    const type = randomNested(random);
    const symbols = new SymbolTable();
    const json = Array.from({ length: 20 }, () => randomJson(type, random));
    const { starts, words } = columnOfJson(json, type, symbols);
    const texts = symbols.textsFrom(0);
    starts.forEach((start, row) => {
      if (start < 0) return;
      assert.equal(sizeOf(type, words, start + 1) + 1, words[start], `seed ${seed}`);
      const value = unpack(type as NestedType, words, start + 1, texts);
      assert.deepEqual(plain(value), plain(parseJson(json[row]!), type), `seed ${seed}`);
    });
  }
});

/** Values of either side in one form: maps and objects as entries, times and the like as their texts or numbers. */
function plain(value: unknown, type?: ValueType): unknown {
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (value instanceof Float64Array) return Array.from(value, (each) => plain(each));
  if (type === undefined) {
    if (Array.isArray(value)) return value.map((each) => plain(each));
    if (value instanceof Map) return [...value].map(([key, each]) => [String(key), plain(each)]);
    return typeof value === "object" ? Object.values(value).map((each) => plain(each)) : value;
  }
  switch (type.kind) {
    case "list":
    case "vector":
      return (value as unknown[]).map((each) =>
        plain(each, type.kind === "list" ? type.element : { kind: "f64" })
      );
    case "struct":
      return type.fields.map((field) => plain((value as never)[field.name], field.type));
    case "map": {
      const entries = Object.entries(value as object).map(([key, each]): [unknown, unknown] => [
        plain(type.key.kind === "string" ? key : keyOf(key, type.key), type.key),
        plain(each, type.value),
      ]);
      return entries.sort(([a], [b]) => compareKeys(a, b)).map((
        [key, each],
      ) => [String(key), each]);
    }
    case "timestamp":
      return microsecondsOf(value as string);
    case "f32":
      return Math.fround(value as number);
    default:
      return value;
  }
}

function keyOf(key: string, { kind }: ValueType): unknown {
  if (kind === "bool") return key === "true";
  return kind === "enum" || kind === "timestamp" ? key : parseJson(key);
}

function compareKeys(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  return (a as number) < (b as number) ? -1 : 1;
}

function microsecondsOf(text: string): number {
  const bytes = new TextEncoder().encode(text);
  return parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" });
}

for (const format of ["arrow", "parquet", "csv"] satisfies ResultFormat[]) {
  Deno.test(`nested columns written as ${format} read back the same`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      for (let seed = 1; seed <= 25; seed++) {
        const sample = sampleOf(seed, 40);
        const path = `${folder}/${seed}.${format}`;
        const symbols = new SymbolTable();
        symbols.intern("a symbol the file does not have");
        const { columns, json } = sample;
        const writer = await openResultWriter(path, { format, columns, symbols });
        await writer.write(batchOf(sample, symbols, 0, 13));
        await writer.write(batchOf(sample, symbols, 13));
        await writer.close();
        const others = new SymbolTable();
        const wanted = columns.map((column) => ({ ...column, from: column.name }));
        const reader = await openReader({
          paths: [path],
          columns: wanted,
          symbols: others,
          batchRows: 11,
        });
        const read: string[][] = columns.map(() => []);
        for (let block = await reader.read(); block; block = await reader.read()) {
          assert.deepEqual(block.rejected, [], `seed ${seed}`);
          block.batch.columns.forEach((column, i) => {
            assert.ok(isSoundPacked(column as PackedColumn));
            read[i]!.push(...jsonOf(column, columns[i]!.type, others));
          });
        }
        await reader.close();
        assert.deepEqual(read, json, `seed ${seed}`);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

Deno.test("nested columns survive a block of the store", () => {
  for (let seed = 100; seed < 120; seed++) {
    const sample = sampleOf(seed, 30);
    const symbols = new SymbolTable();
    const block = encodeBlock(batchOf(sample, symbols), sample.columns, symbols);
    const others = new SymbolTable();
    const [batch] = decodeBlock(block, sample.columns, others);
    const read = batch!.columns.map((column, i) => jsonOf(column, sample.columns[i]!.type, others));
    assert.deepEqual(read, sample.json, `seed ${seed}`);
  }
});

Deno.test("nested columns are what the Arrow library reads, sorted maps included", () => {
  const symbols = new SymbolTable();
  const columns: Column[] = [
    { name: "l", type: { kind: "list", element: { kind: "string" } } },
    { name: "m", type: { kind: "map", key: { kind: "string" }, value: { kind: "i64" } } },
    { name: "v", type: { kind: "vector", length: 2 } },
  ];
  const json = [['["x",null]', "null"], ['{"b":9007199254740993,"c":1}', "{}"], ["[1,2]", "null"]];
  const table = tableFromIPC(encodeBlock(batchOf({ columns, json }, symbols), columns, symbols));
  assert.equal(
    `${table.schema.fields.map(({ type }) => type)}`,
    "List<Dictionary<Int32, Utf8>>,Map<{key:Dictionary<Int32, Utf8>, value:Int64}>," +
      "FixedSizeList[2]<Float64>",
  );
  assert.equal(table.schema.fields[1]!.type.keysSorted, true);
  assert.deepEqual([...table.getChild("l")!.get(0)], ["x", null]);
  assert.equal(table.getChild("l")!.get(1), null);
  assert.equal(table.getChild("m")!.get(0).toJSON().b, 9007199254740993n);
  assert.deepEqual([...table.getChild("v")!.get(0)], [1, 2]);
});
