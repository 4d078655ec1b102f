/** One reader over many files of any format. */
import {
  type Batch,
  type FileRows,
  type ImportOptions,
  openArrowRows,
  openParquetRows,
  type ReadColumn,
  type RejectedRow,
  type SymbolTable,
} from "../arrow/mod.ts";
import { openCsvRows } from "./csv_reader.ts";
import { type FileFormat, formatOf } from "./file_format.ts";
import { openNdjsonRows } from "./ndjson_reader.ts";

const BATCH_ROWS = 65_536;

/** What to read, from where. */
export interface ReaderSpec {
  /** Read one after the other. */
  readonly paths: readonly string[];
  /** Of all paths; without it each path's ending says it. */
  readonly format?: FileFormat;
  readonly columns: readonly ReadColumn[];
  readonly symbols: SymbolTable;
  /** Most rows of a batch; default 65,536. */
  readonly batchRows?: number;
}

/** Rows of one file, in its order. */
export interface RowBlock {
  /** Columns in the order of the spec; those of a rejected row hold anything. */
  readonly batch: Batch;
  readonly file: string;
  /** Number in the file of row 0 of the batch, counted from 1 without the header. */
  readonly firstRow: number;
  readonly rejected: readonly RejectedRow[];
}

/** An open sequence of files. Read it to the end or close it. */
export interface RowReader {
  /** The next rows, never none of them, or undefined at the end; not to be called while a read is under way. */
  read(): Promise<RowBlock | undefined>;
  readonly bytesTotal: number;
  readonly bytesRead: number;
  /** Known if the formats tell. */
  readonly rowsTotal?: number;
  close(): Promise<void>;
}

/**
 * Opens files for reading. Every file is opened and its columns are checked before the first row is read.
 *
 * @throws FeaturizerError if a file is missing or broken, or lacks a column or has it of another type.
 */
export async function openReader(spec: ReaderSpec): Promise<RowReader> {
  const options = {
    columns: spec.columns,
    symbols: spec.symbols,
    batchRows: spec.batchRows ?? BATCH_ROWS,
  };
  let bytesTotal = 0;
  let rowsTotal: number | undefined = 0;
  let first: FileRows | undefined;
  for (const path of [...spec.paths].reverse()) {
    await first?.close();
    first = await openRows(path, formatOf(path, spec.format), options);
    bytesTotal += first.bytesTotal;
    rowsTotal = first.rowsTotal === undefined || rowsTotal === undefined
      ? undefined
      : rowsTotal + first.rowsTotal;
  }
  return new FileSequence(spec, options, { first, bytesTotal, rowsTotal });
}

/** Opens one file for reading. */
export async function openRows(
  path: string,
  format: FileFormat,
  options: ImportOptions,
): Promise<FileRows> {
  switch (format) {
    case "csv":
      return await openCsvRows(path, options);
    case "ndjson":
      return await openNdjsonRows(path, options);
    case "parquet":
      return await openParquetRows(path, options);
    case "arrow":
      return openArrowRows(path, options);
  }
}

interface Totals {
  /** The first file, already open. */
  readonly first: FileRows | undefined;
  readonly bytesTotal: number;
  readonly rowsTotal: number | undefined;
}

class FileSequence implements RowReader {
  readonly bytesTotal: number;
  readonly rowsTotal?: number;
  readonly #spec: ReaderSpec;
  readonly #options: ImportOptions;
  #current: FileRows | undefined;
  #index = 0;
  #bytesBefore = 0;
  #nextRow = 1;

  constructor(spec: ReaderSpec, options: ImportOptions, totals: Totals) {
    this.#spec = spec;
    this.#options = options;
    this.#current = totals.first;
    this.bytesTotal = totals.bytesTotal;
    if (totals.rowsTotal !== undefined) this.rowsTotal = totals.rowsTotal;
  }

  get bytesRead(): number {
    return this.#bytesBefore + (this.#current?.bytesRead ?? 0);
  }

  async read(): Promise<RowBlock | undefined> {
    while (this.#current !== undefined) {
      const block = await this.#current.next();
      if (block !== undefined) return this.#place(block);
      await this.#advance(this.#current);
    }
    return undefined;
  }

  async close(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    await current?.close();
  }

  #place(block: Pick<RowBlock, "batch" | "rejected">): RowBlock {
    const firstRow = this.#nextRow;
    this.#nextRow += block.batch.length;
    return { ...block, file: this.#spec.paths[this.#index]!, firstRow };
  }

  async #advance(done: FileRows): Promise<void> {
    this.#bytesBefore += done.bytesTotal;
    this.#current = undefined;
    await done.close();
    this.#nextRow = 1;
    const path = this.#spec.paths[++this.#index];
    if (path === undefined) return;
    this.#current = await openRows(path, formatOf(path, this.#spec.format), this.#options);
  }
}
