/** Record batches of a file, cut into blocks of the asked columns. */
import type { RecordBatch, Schema } from "apache-arrow";
import type { Batch } from "./batch.ts";
import { type ReadColumn, type RejectedRow, Rejects } from "./column_spec.ts";
import { createImports } from "./import.ts";
import type { SymbolTable } from "./symbols.ts";

/** What to read of a file, and how. */
export interface ImportOptions {
  readonly columns: readonly ReadColumn[];
  readonly symbols: SymbolTable;
  /** Most rows of a block. */
  readonly batchRows: number;
  /** What a column that is not there is: an error, which is the default, or null in every row. */
  readonly missing?: "fail" | "null";
}

/** Rows in the order of the file; `batch` has the asked columns in the asked order. */
export interface FileBlock {
  readonly batch: Batch;
  readonly rejected: readonly RejectedRow[];
}

/** One open file, read once from the start. */
export interface FileRows {
  /** The next rows, or undefined at the end. */
  next(): Promise<FileBlock | undefined>;
  readonly bytesTotal: number;
  readonly bytesRead: number;
  readonly rowsTotal?: number;
  close(): Promise<void>;
}

/** Cuts a record batch into blocks; throws at creation if the file does not have the columns. */
export function createBlockCutter(
  schema: Schema,
  file: string,
  options: ImportOptions,
): (batch: RecordBatch) => Generator<FileBlock, undefined> {
  const imports = createImports(schema, options.columns, {
    file,
    symbols: options.symbols,
    missing: options.missing ?? "fail",
  });
  return function* (recordBatch) {
    const { children } = recordBatch.data;
    for (let from = 0; from < recordBatch.numRows; from += options.batchRows) {
      const length = Math.min(options.batchRows, recordBatch.numRows - from);
      const rejects = new Rejects();
      const columns = imports.map(({ index, read }) =>
        read(children[index]!, { from, length }, rejects)
      );
      yield { batch: { length, columns }, rejected: rejects.rows() };
    }
    return undefined;
  };
}
