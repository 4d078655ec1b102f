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

/** Runs the case as `featurizer run` does, in a folder that is gone afterwards. */
export async function runOutcome(compiled: CompiledCase): Promise<Outcome> {
  const folder = Deno.makeTempDirSync();
  try {
    const out = join(folder, "set.arrow");
    const report = await runSet({
      config: writeProject(folder, compiled),
      out,
      store: join(folder, "store.db"),
      partitions: compiled.testCase.partitions,
      batchRows: compiled.testCase.batchRows,
    }, { launcher: createDirectLauncher() });
    const rows = await readRows(out);
    return {
      kind: "set",
      rows,
      droppedPastLabels: report.droppedPastLabels,
      labelNulls: labelNullsOf(rows),
      featureRows: new Map(),
      counts: new Map(),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
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
