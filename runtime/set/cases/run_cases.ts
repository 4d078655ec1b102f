/** Runs the cases of a plugin: each against its expected rows, then row by row and over partitions. */
import { didYouMean } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import { ConfigError } from "../config_error.ts";
import type { WorkerLauncher } from "../../worker/mod.ts";
import { type CollectedRun, collectRun } from "../collect_run.ts";
import {
  checkLeakage,
  type RecordedRun,
  recordRun,
  tryOtherFutures,
} from "../leakage/check_leakage.ts";
import { type LoadedPlugins, loadPlugins, requireCorrect } from "../load_plugins.ts";
import { type PreparedRun, prepareLoaded } from "../prepared.ts";
import { wordOf } from "./case_cells.ts";
import { type CaseContext, configOfCase, qualified, readCell, readTable } from "./case_config.ts";
import { caseFault, lineOf, type PluginCase, readCaseFile } from "./case_file.ts";
import {
  type CellDifference,
  cellsOf,
  type CellTable,
  differencesOf,
  selectColumns,
} from "./case_rows.ts";
import type { TextTable } from "./case_table.ts";

export interface CaseOptions {
  readonly launcher: WorkerLauncher;
  readonly signal?: AbortSignal;
  /** Part of a case's name; others are left out. */
  readonly filter?: string;
}

/** A wrong cell; its words are those of the tables. */
export interface WrongCell {
  /** From 1; of the expected rows, or beyond them. */
  readonly row: number;
  /** Absent for a row that is missing or too many. */
  readonly column?: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** What is wrong with a case. */
export type CaseFailure =
  | {
    /** Rows other than expected, the engine's choices aside. */
    readonly kind: "rows";
    readonly wrong: readonly WrongCell[];
    readonly expected: TextTable;
    readonly actual: TextTable;
  }
  /** Rows that depend on how the run is carried out: batches, partitions. */
  | {
    readonly kind: "unstable";
    readonly message: string;
    readonly wrong: readonly WrongCell[];
    readonly expected: TextTable;
    readonly actual: TextTable;
  }
  /** An error, none although one is expected, or rows refused at the source other than expected. */
  | { readonly kind: "error"; readonly message: string; readonly hint?: string };

export interface CaseResult {
  readonly name: string;
  /** As it was named. */
  readonly file: string;
  /** Of the case, from 1. */
  readonly line: number;
  readonly failure?: CaseFailure;
}

/** Of a source; cases are small. */
const MOST_ROWS = 100_000;

/** How a case is run again; the rows must be the same. */
const OTHERWISE = { batchRows: 1, partitions: 2 } as const;

/** Runs the cases of a file, one after the other. */
export async function* runCases(
  file: string,
  options: CaseOptions,
): AsyncGenerator<CaseResult, void> {
  const caseFile = await readCaseFile(file);
  const loaded = await loadPlugins([caseFile.plugin, ...caseFile.plugins], options);
  requireCorrect(loaded.compilation.diagnostics);
  const { plugins } = loaded.compilation;
  // The first that was loaded.
  const own = plugins[0]!;
  for (const [index, one] of caseFile.cases.entries()) {
    if (options.filter !== undefined && !one.name.includes(options.filter)) continue;
    options.signal?.throwIfAborted();
    const folder = await Deno.makeTempDir({ prefix: "featurizer-case-" });
    try {
      const context: CaseContext = { caseFile, index, own, plugins, folder };
      const failure = await runCase(one, context, { ...options, loaded });
      yield {
        name: one.name,
        file,
        line: lineOf(caseFile, ["cases", index]),
        ...(failure && { failure }),
      };
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
}

type Running = CaseOptions & { readonly loaded: LoadedPlugins };

async function runCase(
  one: PluginCase,
  context: CaseContext,
  running: Running,
): Promise<CaseFailure | undefined> {
  try {
    const prepared = await prepareLoaded(await configOfCase(context), running.loaded);
    const recording = await recordRun(prepared, { ...running, rows: MOST_ROWS });
    const { run } = recording;
    if (run === undefined) {
      return { kind: "error", message: "the set has more than a million rows" };
    }
    if (one.error !== undefined) {
      return { kind: "error", message: `expected the error "${one.error}", and there was none` };
    }
    return refusedFailure(run, context) ??
      rowsFailure(cellsOf(run, prepared.symbols), context) ??
      await stabilityFailure(run, prepared, { context, running }) ??
      await leakageFailure(prepared, { ...recording, run }, running);
  } catch (error) {
    if (!(error instanceof FeaturizerError) || error.domain === "internal") throw error;
    const { code, message, hint, frame } = error;
    const words = `${code}: ${message}`;
    if (one.error !== undefined && words.includes(one.error)) return undefined;
    return {
      kind: "error",
      message: error instanceof ConfigError ? frame ?? message : words,
      ...(hint === undefined ? {} : { hint }),
    };
  }
}

/** Late, malformed and repeated rows that the case does not announce. */
function refusedFailure(run: CollectedRun, context: CaseContext): CaseFailure | undefined {
  const { refused } = context.caseFile.cases[context.index]!;
  const announced = new Map(
    Object.entries(refused).map(([name, counts]) => [qualified(name, context), counts]),
  );
  for (const [source, counts] of run.counts) {
    const expected = announced.get(source) ?? { late: 0, malformed: 0, duplicates: 0 };
    for (const kind of ["late", "malformed", "duplicates"] as const) {
      if (counts[kind] === expected[kind]) continue;
      const [first] = [counts.firstMalformed?.reason].filter((reason) =>
        kind === "malformed" && reason
      );
      return {
        kind: "error",
        message: `${source}: expected ${expected[kind]} ${kind}, got ${counts[kind]}${
          first === undefined ? "" : ` (${first})`
        }`,
        hint: `A case says what is refused: refused: {${source.split(".")[1]}: {${kind}: ${
          counts[kind]
        }}}`,
      };
    }
  }
  return undefined;
}

function rowsFailure(actual: CellTable, context: CaseContext): CaseFailure | undefined {
  const { caseFile, index } = context;
  const { expected: text, tolerance } = caseFile.cases[index]!;
  const path = ["cases", index, "expected"];
  if (text === undefined) {
    const whole = wordsOf(actual);
    return { kind: "rows", wrong: [], expected: { names: whole.names, rows: [] }, actual: whole };
  }
  const table = readTable(context, path, text);
  const places = table.names.map((name) => placeOf(name, actual, context));
  const shown = selectColumns(actual, places);
  const rows = table.rows.map((row) =>
    row.map((word, at) => readCell(context, path, { word, type: shown.columns[at]!.type }))
  );
  const differences = differencesOf(rows, shown.rows, tolerance);
  if (differences.length === 0) return undefined;
  return {
    kind: "rows",
    wrong: differences.map((difference) => wrongCell(difference, shown)),
    expected: wordsOf({ columns: shown.columns, rows }, table.names),
    actual: wordsOf(shown, table.names),
  };
}

/** The same rows whatever the batches and partitions are. */
async function stabilityFailure(
  run: CollectedRun,
  prepared: PreparedRun,
  { context, running }: { readonly context: CaseContext; readonly running: Running },
): Promise<CaseFailure | undefined> {
  const expected = cellsOf(run, prepared.symbols);
  const again = await prepareLoaded(prepared.config, running.loaded);
  const actual = cellsOf(await collectRun(again, { ...running, ...OTHERWISE }), again.symbols);
  const differences = differencesOf(expected.rows, actual.rows);
  if (differences.length === 0) return undefined;
  const { name } = context.own;
  return {
    kind: "unstable",
    message: `"${name}" gives other rows row by row over 2 partitions: a function keeps state`,
    wrong: differences.map((difference) => wrongCell(difference, expected)),
    expected: wordsOf(expected),
    actual: wordsOf(actual),
  };
}

/** The same rows up to a time whatever comes after it. */
async function leakageFailure(
  prepared: PreparedRun,
  recorded: RecordedRun,
  running: Running,
): Promise<CaseFailure | undefined> {
  const limits = { ...running, times: 1, seed: recorded.run.blocks.length, rows: MOST_ROWS };
  const trials = prepared.label === undefined
    ? await tryOtherFutures(prepared, recorded, limits)
    : (await checkLeakage(prepared, limits)).trials;
  const leaking = trials.find(({ leak }) => leak !== undefined);
  if (leaking?.leak === undefined) return undefined;
  const { at, column = "the row", expected, actual } = leaking.leak;
  const rows = leaking.future === "removed" ? "without the rows" : "with other rows";
  return {
    kind: "error",
    message: `${
      at.join(", ")
    }: ${column} is ${expected}, and ${actual} ${rows} after ${leaking.time}`,
    hint:
      "A value must not depend on what comes after it; a function that keeps state can make it so.",
  };
}

/** The column of a name; the feature's alone will do where it has one column. */
function placeOf(name: string, { columns }: CellTable, { caseFile, index }: CaseContext): number {
  const at = columns.findIndex((column) => column.name === name);
  if (at >= 0) return at;
  const of = columns.flatMap((column, place) => column.name.startsWith(`${name}.`) ? [place] : []);
  if (of.length === 1) return of[0]!;
  const names = columns.map((column) => column.name);
  throw caseFault(caseFile, {
    path: ["cases", index, "expected"],
    message: `the set has no column "${name}"`,
    hint: didYouMean(name, names) ?? `It has ${names.join(", ")}.`,
  });
}

function wrongCell(
  { row, column, expected, actual }: CellDifference,
  { columns }: CellTable,
): WrongCell {
  const of = columns[column];
  if (of === undefined) return { row: row + 1 };
  return {
    row: row + 1,
    column: of.name,
    expected: wordOf(expected ?? null, of.type),
    actual: wordOf(actual ?? null, of.type),
  };
}

function wordsOf(
  { columns, rows }: CellTable,
  names: readonly string[] = columns.map(({ name }) => name),
): TextTable {
  return { names, rows: rows.map((row) => row.map((cell, at) => wordOf(cell, columns[at]!.type))) };
}
