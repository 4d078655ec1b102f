import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { SymbolTable } from "../../../runtime/arrow/mod.ts";
import { evaluateSet } from "../../../runtime/set/evaluate.ts";
import type { RowBlock } from "../../../runtime/source/mod.ts";
import { batchFrom } from "../../support/batches.ts";
import type { Case } from "../../support/case.ts";
import { compileCase, sourceOf } from "../../support/compiled_case.ts";

const MINUTE_US = 60_000_000;

const CASE: Case = {
  plugins: [{
    name: "p",
    body: `
      source rows { key string key, ts timestamp time, x f64, y f64 = \${half}(x) as f64 }
      feature sums on rows { s = sum(y) over 1m }
    `,
  }],
  features: [{ name: "sums", definition: "p.sums" }],
  spine: { kind: "grid", everyUs: MINUTE_US, keysOf: { kind: "feature", feature: 0 } },
  startUs: 0,
  endUs: 3 * MINUTE_US,
  sources: [],
  partitions: 1,
  batchRows: 1,
} as unknown as Case;

Deno.test("evaluateSet() ends before a batch that is still being read when the set is complete", async () => {
  const compiled = compileCase(CASE);
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
});
