/** The port of result files; its adapters are `arrow_writer.ts`, `parquet_writer.ts` and `csv_writer.ts`. */
import type { Column } from "../../dsl/mod.ts";
import type { Batch } from "./batch.ts";
import type { SymbolTable } from "./symbols.ts";

/** Writes one file; nothing is at its path before `close` is done, or ever after `abort`. */
export interface ResultWriter {
  /** The batch may be changed or transferred when this is done. One call at a time; after a failure, abort. */
  write(batch: Batch): Promise<void> | void;
  /** Completes the file and gives it its name. A failure aborts. */
  close(): Promise<{ readonly bytes: number }>;
  /** Removes what was written; nothing happens after `close`. */
  abort(): Promise<void>;
}

export type ResultFormat = "arrow" | "parquet" | "csv";

export interface ResultOptions {
  readonly format: ResultFormat;
  readonly columns: readonly Column[];
  /** Where the symbol columns of the batches have their texts. */
  readonly symbols: SymbolTable;
}
