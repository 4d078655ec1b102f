import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { asFlat, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { evaluateSet } from "../../../runtime/set/evaluate.ts";
import type { RowBlock } from "../../../runtime/source/mod.ts";
import { batchFrom } from "../../support/batches.ts";
import { compileCase, sourceOf } from "../../support/compiled_case.ts";

const MINUTE_US = 60_000_000;

const PLUGIN = {
  name: "p",
  body: `
    source rows { key string key, ts timestamp time, x f64, y f64 = \${half}(x) as f64, z f32 = x / 10 }
    feature sums on rows { s = sum(y) over 1m, z = last(z) over 1m }
  `,
};

Deno.test("evaluateSet() ends before a batch that is still being read when the set is complete", async () => {
  const compiled = compileCase({
    seed: 0,
    plugins: [PLUGIN],
    features: [{ name: "sums", definition: "p.sums" }],
    spine: { kind: "grid", everyUs: MINUTE_US, keysOf: "p.rows" },
    startUs: 0,
    endUs: 3 * MINUTE_US,
    sources: [],
    partitions: 1,
    batchRows: 1,
  });
  const symbols = new SymbolTable();
  const source = sourceOf(compiled, "p.rows");
  const columns = source.columns.filter(({ computed }) => computed === undefined);
  const blockOf = (firstRow: number, ts: number): RowBlock => ({
    batch: batchFrom([{ key: "a", ts, x: 2 }], columns, symbols),
    firstRow,
    file: "rows",
    rejected: [],
  });
  async function* blocks(): AsyncGenerator<RowBlock> {
    yield blockOf(1, 0);
    yield blockOf(2, 5 * MINUTE_US);
    for (let i = 0; i < 100; i++) await nextTurn();
    yield blockOf(3, 6 * MINUTE_US);
  }
  const result = await evaluateSet({
    features: compiled.features,
    spine: { kind: "grid", everyUs: MINUTE_US, keysOf: 0 },
    startUs: 0,
    endUs: 3 * MINUTE_US,
    sources: [{ source, entries: [blocks()] }],
    symbols,
    partitions: 1,
    holesOf: (plugin) => compiled.holesOf(plugin),
  });
  assert.deepEqual(result.batches.flatMap(({ time }) => [...time]), [0, MINUTE_US, 2 * MINUTE_US]);
  assert.equal(
    asFlat(result.batches[0]!.columns[2]!)[0],
    Math.fround(0.2),
    "a computed f32 is a single",
  );
});

Deno.test("evaluateSet() cuts slices by time where time makes rows", async () => {
  const body = `
    source rows { key string key, ts timestamp time, x f64 }
    feature latest on rows { x = last(x) over ever } every 1s
  `;
  const hours = 4;
  const endUs = hours * 60 * MINUTE_US;
  const compiled = compileCase({
    seed: 0,
    plugins: [{ name: "p", body }],
    features: [{ name: "latest", definition: "p.latest" }],
    spine: { kind: "grid", everyUs: 1_000_000, keysOf: "p.rows" },
    startUs: 0,
    endUs,
    sources: [],
    partitions: 1,
    batchRows: 1,
  });
  const symbols = new SymbolTable();
  const source = sourceOf(compiled, "p.rows");
  const rows = [0, endUs].map((ts) => ({ key: "a", ts, x: 1 }));
  const batch = batchFrom(rows, source.columns, symbols);
  const result = await evaluateSet({
    features: compiled.features,
    spine: { kind: "grid", everyUs: 1_000_000, keysOf: 0 },
    startUs: 0,
    endUs,
    sources: [{ source, entries: [[{ batch, firstRow: 1, file: "rows", rejected: [] }]] }],
    symbols,
    partitions: 1,
  });
  const lengths = result.batches.map(({ length }) => length);
  assert.equal(lengths.reduce((sum, length) => sum + length, 0), hours * 3600);
  assert.ok(Math.max(...lengths) <= 4096, `slices of ${lengths}`);
});
