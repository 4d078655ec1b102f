/** The outcome of a case by the whole road: files, config, plugin workers, result file. */
import { join } from "node:path";
import { SymbolTable } from "../../runtime/arrow/mod.ts";
import { runSet } from "../../runtime/set/mod.ts";
import { openReader, openTable } from "../../runtime/source/mod.ts";
import { createDirectLauncher } from "../../runtime/worker/mod.ts";
import type { Cells } from "../oracle/value.ts";
import { rowsOfBatches } from "./batches.ts";
import { writeProject } from "./case_project.ts";
import type { CompiledCase } from "./compiled_case.ts";
import { labelNullsOf, type Outcome } from "./outcome.ts";

/** Runs the case as `featurizer run` does, twice in one folder: anew, then from what the first run stored. */
export async function runOutcomes(compiled: CompiledCase): Promise<readonly Outcome[]> {
  const folder = Deno.makeTempDirSync();
  try {
    const config = writeProject(folder, compiled);
    const first = await runOutcome(folder, config, compiled);
    return [first, await runOutcome(folder, config, compiled)];
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function runOutcome(
  folder: string,
  config: string,
  { testCase }: CompiledCase,
): Promise<Outcome> {
  const out = join(folder, "set.arrow");
  const store = join(folder, "store.db");
  const { partitions, batchRows } = testCase;
  const launcher = createDirectLauncher();
  const report = await runSet({ config, out, store, partitions, batchRows }, { launcher });
  const rows = await readRows(out);
  return {
    kind: "set",
    rows,
    droppedPastLabels: report.droppedPastLabels,
    labelNulls: labelNullsOf(rows),
    featureRows: new Map(),
    counts: new Map(),
  };
}

async function readRows(path: string): Promise<readonly Cells[]> {
  const { columns } = await openTable(path);
  const symbols = new SymbolTable();
  const reader = await openReader({
    paths: [path],
    symbols,
    columns: columns.map(({ name, type }) => ({ name, type, from: name })),
  });
  const rows: Cells[] = [];
  try {
    for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
      rows.push(...rowsOfBatches([block.batch], columns, symbols));
    }
  } finally {
    await reader.close();
  }
  return rows;
}
