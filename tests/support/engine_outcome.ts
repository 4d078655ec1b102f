/** The outcome of a case as the engine sees it: the one place where tests touch the engine's entry. */
import type { Column, Source } from "../../dsl/typed_ast.ts";
import type { ValueType } from "../../dsl/types.ts";
import { type Batch, SymbolTable } from "../../runtime/arrow/mod.ts";
import { FeaturizerError } from "../../runtime/errors.ts";
import { type EvaluateRequest, evaluateSet } from "../../runtime/set/evaluate.ts";
import type { Cells } from "../oracle/value.ts";
import { batchFrom, rowsOfBatches } from "./batches.ts";
import type { CaseSpine, TableType } from "./case.ts";
import { type CompiledCase, sourceOf, streamChoiceOf } from "./compiled_case.ts";
import type { Outcome, SourceCounts } from "./outcome.ts";

type EngineSource = EvaluateRequest["sources"][number];
type Blocks = EngineSource["entries"][number]["blocks"];

/** Runs the case through the engine, in this thread. */
export async function engineOutcome(compiled: CompiledCase): Promise<Outcome> {
  const symbols = new SymbolTable();
  try {
    return await outcomeOf(compiled, symbols);
  } catch (error) {
    if (!(error instanceof FeaturizerError) || error.domain === "internal") throw error;
    return { kind: "failed", message: `${error.code}: ${error.message}` };
  }
}

async function outcomeOf(compiled: CompiledCase, symbols: SymbolTable): Promise<Outcome> {
  const { features, testCase } = compiled;
  const result = await evaluateSet({
    features,
    ...(testCase.label === undefined ? {} : { label: testCase.label }),
    spine: spineOf(compiled, testCase.spine, symbols),
    startUs: testCase.startUs,
    endUs: testCase.endUs,
    sources: testCase.sources.map(({ definition, entries }): EngineSource => {
      const source = sourceOf(compiled, definition);
      return {
        source,
        entries: entries.map((rows) => ({
          blocks: blocksOf(rows, source, { symbols, batchRows: testCase.batchRows }),
        })),
      };
    }),
    symbols,
    holesOf: (plugin) => compiled.holesOf(plugin),
    partitions: testCase.partitions,
    rowsOf: features.map((_, i) => i),
  });
  const read = (batches: readonly Batch[], columns: readonly Column[]) =>
    rowsOfBatches(batches, columns, symbols);
  return {
    kind: "set",
    rows: read(result.batches, result.columns),
    droppedPastLabels: result.droppedPastLabels,
    labelNulls: result.labelNulls,
    featureRows: new Map(
      [...result.rows ?? []].map(([index, rows]) => [index, read(rows.batches, rows.columns)]),
    ),
    counts: new Map(result.late.map((counts): [string, SourceCounts] => [
      counts.source,
      { late: counts.late, malformed: counts.malformed, duplicates: counts.duplicates },
    ])),
  };
}

async function* blocksOf(
  rows: readonly Cells[],
  source: Source,
  { symbols, batchRows }: { readonly symbols: SymbolTable; readonly batchRows: number },
): Blocks {
  const columns = source.columns.filter((column) => column.computed === undefined);
  for (let first = 0; first < rows.length; first += batchRows) {
    const batch = batchFrom(rows.slice(first, first + batchRows), columns, symbols);
    yield { batch, firstRow: first + 1, file: `${source.name}.rows`, rejected: [] };
  }
}

function spineOf(
  compiled: CompiledCase,
  spine: CaseSpine,
  symbols: SymbolTable,
): EvaluateRequest["spine"] {
  switch (spine.kind) {
    case "grid":
      return { ...spine, keysOf: streamChoiceOf(compiled, spine.keysOf) };
    case "rows":
      return { kind: "rows", of: streamChoiceOf(compiled, spine.of) };
    case "table": {
      const columns = spine.columns.map(({ name, type }) => ({ name, type: typeOf(type) }));
      const rows = batchFrom(spine.rows, columns, symbols);
      return { kind: "table", columns, rows, time: spine.time };
    }
  }
}

function typeOf(type: TableType): ValueType {
  return { kind: type };
}
