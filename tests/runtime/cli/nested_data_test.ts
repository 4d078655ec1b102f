import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseTypeText } from "../../../runtime/cli/type_text.ts";
import { printType } from "../../../dsl/types.ts";
import { openResultWriter, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { columnOfJson, randomFrom, randomNested } from "../arrow/nested_values.ts";
import { callCommand } from "./command_call.ts";

const NESTED = fileURLToPath(new URL("../source/fixtures/nested.arrow", import.meta.url));

Deno.test("get-data shows nested values as compact JSON", async () => {
  const { code, out } = await callCommand([
    ...["get-data", NESTED, "--columns", "large_list,map,wide", "--limit", "4"],
  ]);
  assert.equal(code, 0);
  assert.deepEqual(out.trimEnd().split("\n"), [
    "large_list  map                                  wide",
    "[]          {}",
    '[null,3]    {"x":null}                              5',
    '[4]         {"y":9007199254740993}   9007199254740992',
    '[5]         {"z":-5}                -9007199254740992',
  ]);
});

Deno.test("get-data prints nested values and wide integers as JSON without losing a digit", async () => {
  const columns = ["--columns", "map,wide", "--limit", "4"];
  const { out } = await callCommand(["get-data", NESTED, ...columns, "--format", "ndjson"]);
  assert.deepEqual(out.trim().split("\n"), [
    '{"map":{},"wide":null}',
    '{"map":{"x":null},"wide":5}',
    '{"map":{"y":9007199254740993},"wide":9007199254740992}',
    '{"map":{"z":-5},"wide":-9007199254740992}',
  ]);
  const csv = await callCommand(["get-data", NESTED, ...columns, "--format", "csv"]);
  assert.deepEqual(csv.out.trim().split("\n").slice(1, 4), [
    "{},",
    '"{""x"":null}",5',
    '"{""y"":9007199254740993}",9007199254740992',
  ]);
});

Deno.test("get-data selects wide integers, and says of nested columns that it cannot", async () => {
  const options = ["--columns", "wide", "--format", "csv"];
  const { out } = await callCommand([
    ...["get-data", NESTED, "--where", "wide=4611686018427387904", ...options],
  ]);
  assert.deepEqual(out.trim().split("\n"), ["wide", "4611686018427387904"]);
  const nested = await callCommand(["get-data", NESTED, "--where", "map=1", ...options]);
  assert.match(nested.err, /Cannot compare column "map" with "1": it is nested/);
});

Deno.test("get-data copies nested columns to other files", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const columns = ["--columns", "map,codes,fixed,large_list,wide"];
    const original = await callCommand(["get-data", NESTED, ...columns, "--format", "csv"]);
    for (const format of ["arrow", "parquet"]) {
      const path = join(folder, `copy.${format}`);
      assert.equal((await callCommand(["get-data", NESTED, ...columns, "--out", path])).code, 0);
      const copy = await callCommand(["get-data", path, "--format", "csv"]);
      assert.equal(copy.out, original.out, format);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("describe tells types and nulls of nested columns, and the range of wide integers", async () => {
  const { code, out } = await callCommand(["describe", NESTED, "--json"]);
  assert.equal(code, 0);
  const { columns } = JSON.parse(out) as { columns: Record<string, unknown>[] };
  const map = columns.find(({ name }) => name === "map");
  assert.deepEqual([map?.["nulls"], map?.["min"], map?.["mean"]], [1, null, null]);
  assert.match(
    out,
    /"name":"wide"[^}]*},"nulls":2,"min":-9223372036854775808,"max":4611686018427387904/,
  );
  const table = await callCommand(["describe", NESTED]);
  assert.match(table.out, /map +map<string, i64> +1/);
});

Deno.test("plot refuses a nested column by name", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "vectors.arrow");
    const columns = [
      { name: "ts", type: { kind: "timestamp" } as const },
      { name: "v", type: { kind: "vector", length: 1 } as const },
    ];
    const symbols = new SymbolTable();
    const writer = await openResultWriter(path, { format: "arrow", columns, symbols });
    const v = columnOfJson(["[1]"], columns[1]!.type, symbols);
    await writer.write({ length: 1, columns: [Float64Array.of(0), v] });
    await writer.close();
    const { code, err } = await callCommand(["plot", path, "v"]);
    assert.notEqual(code, 0);
    assert.match(err, /column "v" is a vector, not a number/);
    const all = await callCommand(["plot", path]);
    assert.match(all.err, /no column is a number/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseTypeText() reads back what printType() writes", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const type = JSON.parse(JSON.stringify(randomNested(randomFrom(seed))).replaceAll("f ", "f_"));
    assert.deepEqual(parseTypeText(printType(type)), type, `seed ${seed}`);
  }
  assert.deepEqual(parseTypeText('"a" | "b \\"|\\" c"'), {
    kind: "enum",
    values: ["a", 'b "|" c'],
  });
  for (
    const text of ["", "list", "list<", "list<f64", "map<list<f64>, f64>", "f64 f64", "vector(0)"]
  ) {
    assert.equal(parseTypeText(text), undefined, text);
  }
});
