/** The outcome of a case as the engine sees it: the one place where tests touch the engine's entry. */
import type { Source } from "../../dsl/typed_ast.ts";
import type { ValueType } from "../../dsl/types.ts";
import { SymbolTable } from "../../runtime/arrow/mod.ts";
import { FeaturizerError } from "../../runtime/errors.ts";
import {
  type EvaluatedRows,
  type EvaluateRequest,
  evaluateSet,
  type EvaluateSource,
  type EvaluateSpine,
} from "../../runtime/set/evaluate.ts";
import { sourceIdentity } from "../../dsl/mod.ts";
import { type Cells, compareKeys } from "../oracle/value.ts";
import type { RowBlock } from "../../runtime/source/mod.ts";
import { batchFrom, rowsOfBatches } from "./batches.ts";
import type { CaseSpine, TableType } from "./case.ts";
import { type CompiledCase, sourceOf, streamChoiceOf } from "./compiled_case.ts";
import { labelNullsOf, type Outcome, type SourceCounts } from "./outcome.ts";

type Blocks = AsyncGenerator<RowBlock>;

export interface EngineOptions {
  /** Sites start again from their snapshots after so many slices. */
  readonly restartEvery?: number;
  /** Sliding windows at least this long keep tiles. */
  readonly tiledFromUs?: number;
  /** Where the sites are; this thread by default. */
  readonly openSites?: NonNullable<EvaluateRequest["openSites"]>;
}

/** Runs the case through the engine, in this thread. */
export async function engineOutcome(
  compiled: CompiledCase,
  options: EngineOptions = {},
): Promise<Outcome> {
  const symbols = new SymbolTable();
  try {
    return await outcomeOf(compiled, symbols, options);
  } catch (error) {
    if (!(error instanceof FeaturizerError) || error.domain === "internal") throw error;
    return { kind: "failed", message: `${error.code}: ${error.message}` };
  }
}

async function outcomeOf(
  compiled: CompiledCase,
  symbols: SymbolTable,
  options: EngineOptions,
): Promise<Outcome> {
  const { features, testCase } = compiled;
  const result = await evaluateSet({
    ...options,
    features,
    ...(testCase.label === undefined ? {} : { label: testCase.label }),
    spine: spineOf(compiled, testCase.spine, symbols),
    startUs: testCase.startUs,
    endUs: testCase.endUs,
    sources: testCase.sources.map(({ definition, entries }): EvaluateSource => {
      const source = sourceOf(compiled, definition);
      return {
        source,
        entries: entries.map((rows) =>
          blocksOf(rows, source, { symbols, batchRows: testCase.batchRows })
        ),
      };
    }),
    symbols,
    holesOf: (plugin) => compiled.holesOf(plugin),
    partitions: testCase.partitions,
    rowsOf: features.flatMap(({ feature }, i) => feature.form === "request" ? [] : [i]),
  });
  const rows = rowsFromEngine(result, "timestamp", symbols);
  return {
    kind: "set",
    rows,
    droppedPastLabels: result.droppedPastLabels,
    labelNulls: labelNullsOf(rows),
    featureRows: new Map(
      [...result.rows].map(([index, own]) => [
        index,
        ownRows(compiled, index, { own, symbols }),
      ]),
    ),
    counts: new Map(testCase.sources.flatMap(({ definition }): [string, SourceCounts][] => {
      const counts = result.counts.get(sourceIdentity(sourceOf(compiled, definition)));
      if (counts === undefined) return [];
      const { late, malformed, duplicates } = counts;
      return [[definition, { late, malformed, duplicates }]];
    })),
  };
}

/** A feature's rows of the range; partitions hand theirs over one after another, so they are merged here. */
function ownRows(
  { features, testCase }: CompiledCase,
  index: number,
  { own, symbols }: { readonly own: EvaluatedRows; readonly symbols: SymbolTable },
): readonly Cells[] {
  const feature = features[index]?.feature;
  if (feature === undefined) throw new RangeError(`Cannot read rows of feature ${index}`);
  const sequences = own.batches.flatMap(({ sequence }) => [...sequence]);
  const keyOf = (cells: Cells) => feature.keys.map(({ name }) => cells[name] ?? null);
  return rowsFromEngine(own, feature.time, symbols)
    .map((cells, i) => ({
      cells,
      timeUs: Number(cells[feature.time]),
      sequence: sequences[i] ?? 0,
    }))
    .filter(({ timeUs }) => timeUs >= testCase.startUs && timeUs < testCase.endUs)
    .sort((a, b) =>
      a.timeUs - b.timeUs ||
      (a.sequence === b.sequence ? 0 : a.sequence - b.sequence) ||
      compareKeys(keyOf(a.cells), keyOf(b.cells))
    )
    .map(({ cells }) => cells);
}

function rowsFromEngine(
  { columns, batches }: EvaluatedRows,
  time: string,
  symbols: SymbolTable,
): readonly Cells[] {
  const timed = [...columns, { name: time, type: { kind: "timestamp" } as const }];
  return rowsOfBatches(
    batches.map(({ length, columns, time }) => ({ length, columns: [...columns, time] })),
    timed,
    symbols,
  );
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
): EvaluateSpine {
  switch (spine.kind) {
    case "grid":
      return { ...spine, keysOf: streamChoiceOf(compiled, spine.keysOf) };
    case "rows":
      return { kind: "rows", of: streamChoiceOf(compiled, spine.of) };
    case "table": {
      const columns = spine.columns.filter(({ name }) => name !== spine.time)
        .map(({ name, type }) => ({ name, type: typeOf(type) }));
      const times = (row: Cells) => Number(row[spine.time]);
      const ordered = spine.rows.toSorted((a, b) => times(a) - times(b));
      const time = Float64Array.from(ordered, times);
      return { kind: "table", columns, rows: batchFrom(ordered, columns, symbols), time };
    }
  }
}

function typeOf(type: TableType): ValueType {
  return { kind: type };
}
