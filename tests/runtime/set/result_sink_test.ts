import assert from "node:assert/strict";
import type { Column } from "../../../dsl/mod.ts";
import { asFlat, type Batch, lengthOf, type ResultWriter } from "../../../runtime/arrow/mod.ts";
import type { StreamData } from "../../../runtime/engine/mod.ts";
import { withEvenBatches } from "../../../runtime/set/even_batches.ts";
import { type ResultColumn, ResultSink } from "../../../runtime/set/result_sink.ts";

const NUMBER: Column = { name: "x", type: { kind: "f64" } };
const TEXT: Column = { name: "s", type: { kind: "string" } };

/** A writer that keeps what it was given, as the file would have it. */
function memoryWriter(): { readonly writer: ResultWriter; readonly batches: number[][][] } {
  const batches: number[][][] = [];
  const writer: ResultWriter = {
    write: ({ columns, length }: Batch) => {
      for (const column of columns) assert.equal(lengthOf(column), length);
      batches.push(columns.map((column) => [...asFlat(column)]));
    },
    close: () => Promise.resolve({ bytes: 0 }),
    abort: () => Promise.resolve(),
  };
  return { writer, batches };
}

function rowsOf(x: readonly number[], s: readonly number[], label: readonly number[]): StreamData {
  return {
    length: x.length,
    time: new Float64Array(x.length),
    sequence: new Float64Array(x.length),
    columns: [Float64Array.from(x), Int32Array.from(s), Float64Array.from(label)],
  };
}

const COLUMNS: readonly ResultColumn[] = [NUMBER, TEXT, { ...NUMBER, name: "label.x" }].map(
  (column, place) => ({
    column,
    isLabel: column.name.startsWith("label."),
    take: (rows) => rows.columns[place] ?? assert.fail("no column"),
  }),
);

Deno.test("ResultSink counts rows, nulls and missing labels", async () => {
  const { writer, batches } = memoryWriter();
  const sink = new ResultSink(COLUMNS, writer, { dropsNullLabels: false });
  await sink.write(rowsOf([1, NaN, 3], [0, -1, -1], [7, NaN, 9]));
  await sink.write(rowsOf([], [], []));
  assert.deepEqual([sink.rows, sink.labelNulls], [3, 1]);
  assert.deepEqual(sink.nulls, [1, 2, 1]);
  assert.deepEqual(batches, [[[1, NaN, 3], [0, -1, -1], [7, NaN, 9]]]);
});

Deno.test("ResultSink drops rows without a label and counts only what it writes", async () => {
  const { writer, batches } = memoryWriter();
  const sink = new ResultSink(COLUMNS, writer, { dropsNullLabels: true });
  await sink.write(rowsOf([1, NaN, 3], [0, -1, -1], [7, NaN, 9]));
  await sink.write(rowsOf([4], [1], [NaN]));
  assert.deepEqual([sink.rows, sink.labelNulls], [2, 2]);
  assert.deepEqual(sink.nulls, [0, 1, 0]);
  assert.deepEqual(batches, [[[1, 3], [0, -1], [7, 9]]]);
});

Deno.test("withEvenBatches() gives batches of one size whatever comes in", async () => {
  const outcomes: number[][][][] = [];
  for (const sizes of [[10], [1, 2, 3, 4], [4, 4, 2], [3, 0, 7]]) {
    const { writer, batches } = memoryWriter();
    const even = withEvenBatches(writer, [NUMBER, TEXT], 4);
    let from = 0;
    for (const length of sizes) {
      const x = Float64Array.from({ length }, (_, i) => from + i);
      const s = Int32Array.from({ length }, (_, i) => -from - i);
      await even.write({ length, columns: [x, s] });
      from += length;
    }
    await even.close();
    outcomes.push(batches);
  }
  assert.deepEqual(outcomes[0]?.map(([x]) => x), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]);
  for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
});

Deno.test("withEvenBatches() of no rows writes no batch", async () => {
  const { writer, batches } = memoryWriter();
  await withEvenBatches(writer, [NUMBER]).close();
  assert.deepEqual(batches, []);
});
