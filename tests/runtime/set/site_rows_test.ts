import assert from "node:assert/strict";
import type { PhysicalPlan, ValueType } from "../../../dsl/mod.ts";
import { type ColumnData, SymbolTable } from "../../../runtime/arrow/mod.ts";
import type { Frame } from "../../../runtime/engine/mod.ts";
import { FeaturizerError } from "../../../runtime/errors.ts";
import { SiteRows } from "../../../runtime/set/site_rows.ts";

const STRING: ValueType = { kind: "string" };

/** Two sites; the first sends the result, one column of texts, on edge 4. */
function rowsOf(makesTexts: boolean, symbols: SymbolTable): SiteRows {
  const columns = [{ name: "name", type: STRING }];
  const plan = {
    sites: ["market", "other"].map((name) => ({ name, makesTexts, operations: [], kernels: [] })),
    result: { edge: 4, from: 0, to: -1, columns, keyOrder: undefined },
    rows: [],
    sources: [],
  };
  return new SiteRows(plan as unknown as PhysicalPlan, symbols);
}

function frameOf(column: ColumnData, symbols?: Frame["symbols"]): Frame {
  const columns = [new Float64Array(1), new Float64Array(1), column];
  const frame = { edge: 4, from: 0, slice: 0, untilUs: 0, batch: { length: 1, columns } };
  return symbols ? { ...frame, symbols } : frame;
}

function assertForged(act: () => unknown): void {
  assert.throws(
    act,
    (error) =>
      error instanceof FeaturizerError && error.code === "PLUGIN_FORGED_MESSAGE" &&
      error.message.includes('"market"'),
  );
}

Deno.test("texts made at a site get symbols of the host", () => {
  const symbols = new SymbolTable();
  symbols.intern("first");
  const rows = rowsOf(true, symbols);
  const { batch } = rows.take(frameOf(Int32Array.of(1), { first: 0, texts: ["x", "y"] }), 0);
  assert.equal(symbols.text((batch.columns[2] as Int32Array)[0]!), "y");
  const later = rows.take(frameOf(Int32Array.of(2), { first: 2, texts: ["first"] }), 0);
  assert.deepEqual(later.batch.columns[2], Int32Array.of(0));
});

Deno.test("forged rows are an error that names the plugin", () => {
  const symbols = new SymbolTable();
  symbols.intern("only");
  assertForged(() => rowsOf(false, symbols).take(frameOf(Int32Array.of(1)), 0));
  assertForged(() => rowsOf(true, symbols).take(frameOf(Int32Array.of(0)), 0));
  assertForged(() => rowsOf(false, symbols).take(frameOf(Float64Array.of(0)), 0));
  const cut = { ...frameOf(Int32Array.of(0)), batch: { length: 0, columns: [] } };
  assertForged(() => rowsOf(false, symbols).take(cut, 0));
  const frame = frameOf(Int32Array.of(0));
  assert.equal(rowsOf(false, symbols).take(frame, 0).batch.columns[2], frame.batch.columns[2]);
});

Deno.test("a site cannot send for another one", () => {
  const rows = rowsOf(false, new SymbolTable());
  assert.throws(() => rows.take(frameOf(Int32Array.of(-1)), 1), /Cannot run "other"/);
});
