import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  asFlat,
  type Batch,
  compareNumbers,
  FIRST_BIG,
  integerOfNumber,
  numberOfInteger,
  openResultWriter,
  type ResultFormat,
  SymbolTable,
} from "../../../runtime/arrow/mod.ts";
import { openReader } from "../../../runtime/source/mod.ts";

const EDGES = [
  0n,
  -1n,
  2n ** 53n - 1n,
  -(2n ** 53n - 1n),
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const COLUMNS = [{ name: "id", from: "id", type: { kind: "i64" } as const }];

async function readIntegers(path: string, symbols: SymbolTable): Promise<number[]> {
  const reader = await openReader({ paths: [path], columns: COLUMNS, symbols });
  const read: number[] = [];
  for (let block = await reader.read(); block; block = await reader.read()) {
    assert.deepEqual(block.rejected, []);
    read.push(...asFlat(block.batch.columns[0]!));
  }
  await reader.close();
  return read;
}

Deno.test("numberOfInteger() keeps what a double holds and stands for the rest", () => {
  const symbols = new SymbolTable();
  for (const edge of EDGES) {
    const number = numberOfInteger(edge, symbols)!;
    assert.equal(number >= FIRST_BIG, !Number.isSafeInteger(Number(edge)), `${edge}`);
    assert.equal(integerOfNumber(number, symbols), edge);
    assert.equal(numberOfInteger(edge, symbols), number);
  }
  assert.equal(numberOfInteger(2n ** 63n, symbols), undefined);
  assert.equal(numberOfInteger(-(2n ** 63n) - 1n, symbols), undefined);
});

Deno.test("compareNumbers() follows the integers, not what stands for them", () => {
  const symbols = new SymbolTable();
  const numbers = EDGES.map((edge) => numberOfInteger(edge, symbols)!);
  const sorted = numbers.sort((a, b) => compareNumbers(a, b, symbols))
    .map((number) => integerOfNumber(number, symbols));
  assert.deepEqual(sorted, [...EDGES].sort((a, b) => a < b ? -1 : a > b ? 1 : 0));
});

for (const format of ["arrow", "parquet", "csv", "ndjson"] as const) {
  Deno.test(`64-bit integers keep all digits through ${format}`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      const symbols = new SymbolTable();
      symbols.intern("another text");
      const numbers = EDGES.map((edge) => numberOfInteger(edge, symbols)!);
      const path = `${folder}/ids.${format}`;
      if (format === "ndjson") {
        Deno.writeTextFileSync(path, EDGES.map((edge) => `{"id":${edge}}\n`).join(""));
      } else {
        const batch: Batch = {
          length: numbers.length + 1,
          columns: [Float64Array.from([...numbers, NaN])],
        };
        const options = { format: format as ResultFormat, columns: COLUMNS, symbols };
        const writer = await openResultWriter(path, options);
        await writer.write(batch);
        await writer.close();
      }
      const read = await readIntegers(path, symbols);
      assert.deepEqual(read.slice(0, EDGES.length), numbers, "equal integers, equal numbers");
      assert.ok(read.slice(EDGES.length).every(Number.isNaN));
      const others = new SymbolTable();
      assert.deepEqual(
        (await readIntegers(path, others)).slice(0, EDGES.length)
          .map((number) => integerOfNumber(number, others)),
        EDGES,
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

Deno.test("64-bit integers of other programs are read exactly", async () => {
  const path = fileURLToPath(new URL("../source/fixtures/nested.arrow", import.meta.url));
  const symbols = new SymbolTable();
  const reader = await openReader({
    paths: [path],
    columns: [{ name: "wide", from: "wide", type: { kind: "i64" } }],
    symbols,
  });
  const read: (bigint | null)[] = [];
  for (let block = await reader.read(); block; block = await reader.read()) {
    for (const number of asFlat(block.batch.columns[0]!)) {
      read.push(Number.isNaN(number) ? null : integerOfNumber(number, symbols));
    }
  }
  await reader.close();
  assert.deepEqual(read, [
    null,
    5n,
    2n ** 53n,
    -(2n ** 53n),
    2n ** 62n,
    -(2n ** 63n),
    null,
    5n,
  ]);
});
