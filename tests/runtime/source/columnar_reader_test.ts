import assert from "node:assert/strict";
import {
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Dictionary,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  LargeUtf8,
  makeData,
  Null,
  Table,
  tableToIPC,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint64,
  Uint8,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { openResultWriter, type ReadColumn, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openReader } from "../../../runtime/source/mod.ts";
import type { SampleValue } from "../arrow/sample_rows.ts";
import { inFolder, readFiles, wants } from "./read_all.ts";

function tableOf(columns: Record<string, { type: DataType; values: unknown[] }>): Table {
  return new Table(
    Object.fromEntries(
      Object.entries(columns).map((
        [name, { type, values }],
      ) => [name, vectorFromArray(values, type)]),
    ),
  );
}

async function readColumn(
  type: DataType,
  values: unknown[],
  wanted: Partial<ReadColumn> & { kind: string },
) {
  const results: { values: (SampleValue | undefined)[]; rejected: [number, string][] }[] = [];
  const [column] = wants("a", wanted.kind);
  for (const form of ["file", "stream"] as const) {
    await inFolder(async (folder) => {
      const path = `${folder}/a.arrow`;
      Deno.writeFileSync(path, tableToIPC(tableOf({ a: { type, values } }), form));
      const { rows, rejected } = await readFiles({
        paths: [path],
        columns: [{ ...column!, ...(wanted.unit && { unit: wanted.unit }) }],
        batchRows: 2,
      });
      results.push({ values: rows.map(([value]) => value), rejected });
    });
  }
  assert.deepEqual(results[0], results[1]);
  return results[0]!;
}

Deno.test("openReader() reads every number type of Arrow", async () => {
  const cases: [DataType, unknown[], string, SampleValue[]][] = [
    [new Float64(), [1.5, null, NaN, Infinity, -0], "f64", [1.5, null, null, null, 0]],
    [new Float32(), [1.5, null, -Infinity], "f32", [1.5, null, null]],
    [new Float64(), [0.1, 1e300], "f32", [Math.fround(0.1), null]],
    [new Int8(), [-1, null, 127], "i32", [-1, null, 127]],
    [new Uint8(), [255, 0, null], "f64", [255, 0, null]],
    [new Int16(), [-300, 300, null], "i64", [-300, 300, null]],
    [new Int32(), [-2147483648, null, 2147483647], "i32", [-2147483648, null, 2147483647]],
    [new Float64(), [3, null, -4], "i32", [3, null, -4]],
    [
      new Int64(),
      [-9007199254740991n, null, 9007199254740991n, -1n],
      "i64",
      [-9007199254740991, null, 9007199254740991, -1],
    ],
    [new Uint64(), [4294967296n, null, 0n], "i64", [4294967296, null, 0]],
    [new Bool(), [true, null, false, true, true, true, true, true, true], "bool", [
      1,
      null,
      0,
      1,
      1,
      1,
      1,
      1,
      1,
    ]],
    [new Int32(), [1, null, 0], "bool", [1, null, 0]],
    [new Null(), [null, null, null], "f64", [null, null, null]],
    [new Null(), [null, null, null], "string", [null, null, null]],
  ];
  for (const [type, values, kind, expected] of cases) {
    const read = await readColumn(type, values, { kind });
    assert.deepEqual(read, { values: expected, rejected: [] }, `${type} as ${kind}`);
    assert.ok(read.values.every((value) => !Object.is(value, -0)));
  }
});

Deno.test("openReader() reads times of every unit as floored microseconds", async () => {
  const second = 978307260;
  const cases: [DataType, unknown[], string, ReadColumn["unit"], SampleValue[]][] = [
    [new TimestampSecond(), [second * 1000, null], "timestamp", undefined, [second * 1e6, null]],
    [new TimestampMillisecond(), [second * 1000 + 5], "timestamp", undefined, [
      second * 1e6 + 5000,
    ]],
    [new Int64(), [978307260000001999n, -1n, null], "timestamp", "ns", [978307260000001, -1, null]],
    [new Int64(), [978307260000001n, -1n, null], "timestamp", undefined, [
      978307260000001,
      -1,
      null,
    ]],
    [new Int64(), [978307260001n], "timestamp", "ms", [978307260001000]],
    [new Int32(), [second, null], "timestamp", "s", [second * 1e6, null]],
    [new Float64(), [1618677817.116785, null, -0.0000005], "timestamp", "s", [
      1618677817116785,
      null,
      -1,
    ]],
    [new DateDay(), [new Date("2001-01-01"), null], "timestamp", undefined, [
      978307200000000,
      null,
    ]],
    [new DateMillisecond(), [new Date("2001-01-01")], "timestamp", undefined, [978307200000000]],
    [
      new Utf8(),
      ["2001-01-01T00:01:00Z", null, "2001-01-01T00:01:00Z"],
      "timestamp",
      undefined,
      [second * 1e6, null, second * 1e6],
    ],
    [new Int64(), [-5n], "duration", "s", [-5000000]],
  ];
  for (const [type, values, kind, unit, expected] of cases) {
    const read = await readColumn(type, values, { kind, ...(unit && { unit }) });
    assert.deepEqual(read, { values: expected, rejected: [] }, `${type} as ${kind}`);
  }
});

Deno.test("openReader() reads 64-bit times exactly where doubles of their unit are not", async () => {
  const nanoseconds = BigInt64Array.of(1723161254087891268n, -1n, -9007199254740990999n);
  const microseconds = BigInt64Array.of(978307260000001n, -1n, 0n);
  const data = [
    makeData({ type: new TimestampNanosecond(), data: nanoseconds }),
    makeData({ type: new TimestampMicrosecond(), data: microseconds }),
  ];
  await inFolder(async (folder) => {
    const path = `${folder}/a.arrow`;
    const named = new Table({ n: data[0]!, u: data[1]! } as never);
    Deno.writeFileSync(path, tableToIPC(named, "file"));
    const { rows, rejected } = await readFiles({
      paths: [path],
      columns: wants("n", "timestamp", "u", "timestamp"),
    });
    assert.deepEqual(rejected, []);
    assert.deepEqual(rows, [
      [1723161254087891, 978307260000001],
      [-1, -1],
      [-9007199254740991, 0],
    ]);
  });
});

Deno.test("openReader() reads strings plain, large and from dictionaries", async () => {
  const values = ["a", null, "é", "", "a", "日本"];
  const types = [
    new Utf8(),
    new LargeUtf8(),
    new Dictionary(new Utf8(), new Int32()),
    new Dictionary(new Utf8(), new Int8()),
  ];
  for (const type of types) {
    const read = await readColumn(type, values, { kind: "string" });
    assert.deepEqual(read, { values, rejected: [] }, `${type}`);
    const sides = await readColumn(type, ["buy", null, "hold", "sell"], { kind: "buy|sell" });
    assert.deepEqual(sides.rejected, [
      [3, 'Cannot read "a": "hold" is not one of "buy" | "sell"'],
    ]);
    assert.deepEqual(sides.values, ["buy", null, null, "sell"]);
  }
});

Deno.test("openReader() rejects cells outside their type, and never nulls", async () => {
  const cases: [DataType, unknown[], string, [number, string][]][] = [
    [new Float64(), [1.5, null, 2147483648], "i32", [
      [1, "1.5 is not a whole number"],
      [3, "2147483648 is outside -2147483648 to 2147483647"],
    ]],
    [new Uint64(), [9223372036854775808n, null, 1n], "i64", [
      [1, "9223372036854775808 is outside -9223372036854775808 to 9223372036854775807"],
    ]],
    [new Int64(), [-9223372036854775808n, null, 1n], "timestamp", [
      [1, "-9223372036854776000 is outside -9007199254740991 to 9007199254740991"],
    ]],
    [new Int32(), [2, null, 1], "bool", [[1, "2 is outside 0 to 1"]]],
    [new Utf8(), ["x", null], "timestamp", [[1, '"x" is no timestamp']]],
  ];
  for (const [type, values, kind, expected] of cases) {
    const { rejected } = await readColumn(type, values, { kind });
    assert.deepEqual(
      rejected,
      expected.map(([row, state]) => [row, `Cannot read "a": ${state}`]),
      `${type} as ${kind}`,
    );
  }
});

Deno.test("openReader() names columns that are missing or of another type", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.arrow`;
    const table = tableOf({ price: { type: new Utf8(), values: ["x"] } });
    Deno.writeFileSync(path, tableToIPC(table, "file"));
    await assert.rejects(readFiles({ paths: [path], columns: wants("prise", "string") }), {
      code: "MISSING_COLUMN",
      message: `Cannot read column "prise" of "${path}": there is no such column`,
      hint: 'Did you mean "price"? The file has "price".',
    });
    await assert.rejects(readFiles({ paths: [path], columns: wants("price", "f64") }), {
      code: "WRONG_COLUMN_TYPE",
      message: `Cannot read "price" of "${path}" as f64: it is Utf8`,
    });
  });
});

Deno.test("openReader() names files that are missing, broken or cut off", async () => {
  await inFolder(async (folder) => {
    const columns = wants("a", "f64");
    for (const format of ["arrow", "parquet", "csv", "ndjson"] as const) {
      await assert.rejects(readFiles({ paths: [`${folder}/none`], format, columns }), {
        code: "MISSING_FILE",
      });
    }
    const bytes = tableToIPC(tableOf({ a: { type: new Float64(), values: [1, 2, 3] } }), "file");
    for (
      const [name, content] of [["empty", bytes.subarray(0, 0)], [
        "cut",
        bytes.subarray(0, -9),
      ]] as const
    ) {
      Deno.writeFileSync(`${folder}/${name}.arrow`, content);
      await assert.rejects(readFiles({ paths: [`${folder}/${name}.arrow`], columns }), {
        code: "BAD_ARROW_FILE",
      });
      Deno.writeFileSync(`${folder}/${name}.parquet`, content);
      await assert.rejects(readFiles({ paths: [`${folder}/${name}.parquet`], columns }), {
        code: "BAD_PARQUET_FILE",
      });
    }
    const table = tableOf({ a: { type: new Float64(), values: [1, 2, 3] } });
    Deno.writeFileSync(`${folder}/s.arrow`, tableToIPC(table, "stream").subarray(0, -20));
    await assert.rejects(readFiles({ paths: [`${folder}/s.arrow`], columns }), {
      code: "BAD_ARROW_FILE",
      message: /ends past the file/,
    });
    await assert.rejects(readFiles({ paths: [`${folder}/a.xlsx`], columns }), {
      code: "UNKNOWN_FORMAT",
    });
  });
});

Deno.test("openReader() reads files one after the other and counts rows in each", async () => {
  await inFolder(async (folder) => {
    const paths = ["a.csv", "b.ndjson", "c.csv"].map((name) => `${folder}/${name}`);
    Deno.writeTextFileSync(paths[0]!, "a,b\n1,x\n2,y\n3,z\n");
    Deno.writeTextFileSync(paths[1]!, '{"a": 4, "b": "z"}\n{"a": "?"}\n');
    Deno.writeTextFileSync(paths[2]!, "b,a\nx,5\n");
    const { rows, rejected } = await readFiles({
      paths,
      columns: wants("a", "f64", "b", "string"),
      batchRows: 2,
    });
    assert.deepEqual(rows, [[1, "x"], [2, "y"], [3, "z"], [4, "z"], [null, null], [5, "x"]]);
    assert.deepEqual(rejected, [[2, 'Cannot read "a": "?" is no f64']]);
  });
});

Deno.test("openReader() reads no further than its batches need", async () => {
  await inFolder(async (folder) => {
    const columns = wants("a", "f64");
    const symbols = new SymbolTable();
    for (const format of ["arrow", "csv"] as const) {
      const path = `${folder}/a.${format}`;
      const writer = await openResultWriter(path, { format, columns, symbols });
      for (let i = 0; i < 40; i++) {
        await writer.write({
          length: 20_000,
          columns: [new Float64Array(20_000).fill(0.123456789)],
        });
      }
      const { bytes } = await writer.close();
      const reader = await openReader({ paths: [path], columns, symbols, batchRows: 20_000 });
      await reader.read();
      assert.equal(reader.bytesTotal, bytes);
      assert.ok(reader.bytesRead < 0.2 * bytes, `${format}: ${reader.bytesRead} of ${bytes}`);
      await reader.close();
      await reader.close();
      assert.equal(await reader.read(), undefined);
    }
  });
});
