/** A file of rows as a dataset: Arrow, Parquet, CSV or NDJSON. */
import type { Column } from "../../dsl/mod.ts";
import { type Batch, SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { openReader, openTable } from "../source/mod.ts";
import { type Dataset, findTimeColumn, requireColumn } from "./dataset.ts";

/** Opens a file; columns whose type the language does not have are left out. */
export async function openFileDataset(path: string): Promise<Dataset> {
  const { columns } = await openTable(path);
  const symbols = new SymbolTable();
  const dataset = {
    name: path,
    columns,
    time: findTimeColumn(columns),
    symbols,
    batches: (names: readonly string[]) =>
      readBatches(path, names.map((name) => requireColumn(dataset, name)), symbols),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return dataset;
}

async function* readBatches(
  path: string,
  columns: readonly Column[],
  symbols: SymbolTable,
): AsyncGenerator<Batch, void> {
  const reader = await openReader({
    paths: [path],
    columns: columns.map(({ name, type }) => ({ name, type, from: name })),
    symbols,
  });
  try {
    for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
      const [rejected] = block.rejected;
      if (rejected !== undefined) {
        throw unreadable(path, block.firstRow + rejected.row, rejected.reason);
      }
      yield block.batch;
    }
  } finally {
    await reader.close();
  }
}

function unreadable(path: string, row: number, reason: string): FeaturizerError {
  return new FeaturizerError(`Cannot read row ${row} of "${path}": ${reason}`, {
    code: "MALFORMED_ROW",
    hint: "the type of a text column is taken from its first rows",
  });
}
