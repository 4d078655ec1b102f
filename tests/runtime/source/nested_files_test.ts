import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { ValueType } from "../../../dsl/types.ts";
import type { PackedColumn } from "../../../runtime/arrow/batch.ts";
import { createPackedText, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { openReader, openTable } from "../../../runtime/source/mod.ts";
import { bytesSource, inFolder } from "./read_all.ts";
import { readCsv } from "../../../runtime/source/csv_reader.ts";
import { readNdjson } from "../../../runtime/source/ndjson_reader.ts";
import { columnOfJson, randomFrom, randomJson, randomNested } from "../arrow/nested_values.ts";

const FIXTURES = fileURLToPath(new URL("fixtures/", import.meta.url));

const f64: ValueType = { kind: "f64" };
const text: ValueType = { kind: "string" };
const listOf = (element: ValueType): ValueType => ({ kind: "list", element });

const LARGE_LIST = "[]|[null,3]|[4]|[5]|[1,2]|null|[]|[null,3]";
const FIXED = "[0,null]|[3,4]|[5,6]|[7,8]|[1.5,2.5]|null|[0,null]|[3,4]";
const TEXTS = 'null|[null]|[]|["ä"]|["b","a"]|["b"]|null|[null]';
const MAP = '{}|{"x":null}|{"y":9007199254740993}|{"z":-5}|{"a":2,"b":1}|null|{}|{"x":null}';
const ENTRIES = '{}|{"2":"b"}|{}|{}|{"1":null,"3":"c"}|null|{}|{"2":"b"}';
const STRUCT = [
  '{"q":null,"p":null}|{"q":[],"p":2}|{"q":[null],"p":3}|{"q":null,"p":0.5}',
  '{"q":[{"t":"1970-01-01T00:00:01Z","u":null}],"p":1}|null|{"q":null,"p":null}|{"q":[],"p":2}',
].join("|");
/** Fields in another order than in the file. */
const STRUCT_TYPE: ValueType = {
  kind: "struct",
  fields: [
    {
      name: "q",
      type: listOf({
        kind: "struct",
        fields: [{ name: "t", type: { kind: "timestamp" } }, { name: "u", type: f64 }],
      }),
    },
    { name: "p", type: f64 },
  ],
};

/** What PyArrow wrote into `nested.arrow` and `nested.parquet`: a slice, in pieces, with nulls at every level. */
const WRITTEN: readonly (readonly [string, ValueType, string])[] = [
  ["large_list", listOf({ kind: "i32" }), LARGE_LIST],
  ["fixed", { kind: "vector", length: 2 }, FIXED],
  ["fixed", listOf({ kind: "f32" }), FIXED],
  ["texts", listOf(text), TEXTS],
  ["codes", listOf(text), TEXTS],
  ["map", { kind: "map", key: text, value: { kind: "i64" } }, MAP],
  ["entries", { kind: "map", key: { kind: "i64" }, value: text }, ENTRIES],
  ["struct", STRUCT_TYPE, STRUCT],
];

async function readNested(path: string, from: string, type: ValueType) {
  const symbols = new SymbolTable();
  const columns = [{ name: from, from, type }];
  const reader = await openReader({ paths: [path], columns, symbols, batchRows: 3 });
  const textOf = createPackedText(type, symbols);
  const rows: string[] = [];
  const rejected: [number, string][] = [];
  for (let block = await reader.read(); block; block = await reader.read()) {
    const { firstRow } = block;
    rejected.push(
      ...block.rejected.map(({ row, reason }): [number, string] => [firstRow + row, reason]),
    );
    const column = block.batch.columns[0] as PackedColumn;
    column.starts.forEach((_, row) => rows.push(textOf(column, row) ?? "null"));
  }
  await reader.close();
  return { rows, rejected };
}

for (const format of ["arrow", "parquet"]) {
  Deno.test(`openReader() reads nested columns that PyArrow wrote as ${format}`, async () => {
    for (const [name, type, expected] of WRITTEN) {
      const { rows, rejected } = await readNested(`${FIXTURES}nested.${format}`, name, type);
      assert.deepEqual(rejected, [], name);
      assert.equal(rows.join("|"), expected, name);
    }
  });

  Deno.test(`openTable() names the nested types of ${format}`, async () => {
    const { columns } = await openTable(`${FIXTURES}nested.${format}`);
    const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
    assert.deepEqual(types["large_list"], listOf({ kind: "i32" }));
    assert.deepEqual(types["fixed"], { kind: "vector", length: 2 });
    assert.deepEqual(types["codes"], listOf(text));
    assert.deepEqual(types["map"], { kind: "map", key: text, value: { kind: "i64" } });
    assert.equal(types["struct"]?.kind, "struct");
  });
}

Deno.test("openReader() rejects the row that a nested value belongs to", async () => {
  const path = `${FIXTURES}nested.arrow`;
  assert.deepEqual(
    (await readNested(path, "map", {
      kind: "map",
      key: text,
      value: { kind: "i32" },
    })).rejected,
    [[3, 'Cannot read "map": 9007199254740992 is outside -2147483648 to 2147483647']],
  );
  const { rejected } = await readNested(path, "large_list", { kind: "vector", length: 1 });
  assert.deepEqual(rejected.map(([row]) => row), [1, 2, 5, 7, 8]);
  assert.equal(
    rejected[1]![1],
    'Cannot read "large_list": it has a list of 2 where 1 numbers are wanted',
  );
  await assert.rejects(
    readNested(path, "texts", listOf(f64)),
    /Cannot read "texts" of ".*" as list<f64>: it is List<Utf8>/,
  );
});

async function readJson(format: "csv" | "ndjson", cells: readonly string[], type: ValueType) {
  const symbols = new SymbolTable();
  const options = { columns: [{ name: "x", from: "x", type }], symbols, batchRows: 4 };
  const file = format === "csv"
    ? `x,y\n${cells.map((cell) => `"${cell.replaceAll('"', '""')}",1\n`).join("")}`
    : cells.map((cell) => `{"y":1,"x":${cell}}\n`).join("");
  const open = format === "csv" ? readCsv : readNdjson;
  const rows = await open(bytesSource(file, 100), options);
  const textOf = createPackedText(type, symbols);
  const read: string[] = [];
  const rejected: [number, string][] = [];
  for (let block = await rows.next(); block; block = await rows.next()) {
    for (const { row, reason } of block.rejected) rejected.push([read.length + row + 1, reason]);
    const column = block.batch.columns[0] as PackedColumn;
    column.starts.forEach((_, row) => read.push(textOf(column, row) ?? "null"));
  }
  await rows.close();
  return { read, rejected };
}

for (const format of ["csv", "ndjson"] as const) {
  Deno.test(`nested values of ${format} are those of their JSON`, async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = randomFrom(seed);
      const type = randomNested(random);
      const cells = Array.from({ length: 11 }, () => randomJson(type, random));
      const { read, rejected } = await readJson(format, cells, type);
      assert.deepEqual(rejected, [], `seed ${seed}`);
      assert.deepEqual(read, cells, `seed ${seed}`);
    }
  });

  Deno.test(`nested values of ${format} that are not of their type are rejected`, async () => {
    const cases: [ValueType, string, string][] = [
      [listOf(f64), '{"a":1}', '{"a":1} is no list'],
      [listOf(f64), "[1,[2]]", "[2] is no f64"],
      [{ kind: "vector", length: 2 }, "[1]", "[1] is no list of 2 numbers"],
      [{ kind: "struct", fields: [{ name: "a", type: f64 }] }, "[1]", "[1] is no object"],
      [
        { kind: "struct", fields: [{ name: "a", type: f64 }] },
        '{"a":true}',
        'true is no f64, at "a"',
      ],
      [{ kind: "map", key: { kind: "i32" }, value: f64 }, '{"x":1}', '"x" is no i32, as a key'],
      [
        { kind: "map", key: { kind: "i32" }, value: f64 },
        '{"1":1,"01":2}',
        '{"1":1,"01":2} has a key twice',
      ],
    ];
    for (const [type, cell, reason] of cases) {
      const { read, rejected } = await readJson(format, ["null", cell, "null"], type);
      assert.deepEqual(rejected, [[2, `Cannot read "x": ${reason}`]]);
      assert.deepEqual(read, ["null", "null", "null"]);
    }
  });
}

Deno.test("a CSV cell of a nested column has to be JSON; an empty one is null", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/a.csv`, 'x\n[1]\n\n"[1"\n""\n"[1,2]"\n');
    const { rows, rejected } = await readNested(`${folder}/a.csv`, "x", listOf(f64));
    assert.deepEqual(rejected, [[3, 'Cannot read "x": "[1" is no JSON']]);
    assert.deepEqual(rows, ["[1]", "null", "null", "null", "[1,2]"]);
  });
});

Deno.test("createNestedRead() leaves nothing of a value that it refuses", () => {
  const symbols = new SymbolTable();
  assert.throws(() => columnOfJson(["[[1],[2,true]]"], listOf(listOf(f64)), symbols), RangeError);
  const { starts, words } = columnOfJson(["[1]", "null"], listOf(f64), symbols);
  assert.deepEqual([...starts], [0, -1]);
  assert.deepEqual([...words], [3, 1, 1]);
});
