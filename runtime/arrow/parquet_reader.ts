/** Parquet files, row group by row group from disk. */
import { type RecordBatch, tableFromIPC } from "apache-arrow";
import { FeaturizerError } from "../errors.ts";
import { ByteFile } from "./byte_file.ts";
import {
  createBlockCutter,
  type FileBlock,
  type FileRows,
  type ImportOptions,
} from "./columnar_rows.ts";
import { FileBlob } from "./file_blob.ts";
import { type FileField, toFileFields } from "./schema.ts";

type ParquetFile = import("parquet-wasm").ParquetFile;
type ParquetBatch = import("parquet-wasm").RecordBatch;

/**
 * Opens a Parquet file; throws `FeaturizerError` if it is none or lacks a column. Only the asked columns are
 * read, and of them the encoded bytes of one row group and one decoded batch are in memory at a time.
 */
export async function openParquetRows(path: string, options: ImportOptions): Promise<FileRows> {
  const file = ByteFile.open(path);
  try {
    const parquet = await openParquet(file);
    const all = schemaOf(parquet);
    createBlockCutter(all, path, options);
    const columns = [...new Set(options.columns.map(({ from }) => from))];
    const rowsTotal = parquet.metadata().fileMetadata().numRows();
    const stream = await parquet.stream({ batchSize: options.batchRows, columns });
    return new ParquetRows(file, { parquet, stream, rowsTotal, options });
  } catch (cause) {
    file.close();
    throw cause instanceof FeaturizerError ? cause : notParquet(path, cause);
  }
}

/** The columns of a Parquet file and its number of rows. */
export async function readParquetFields(
  path: string,
): Promise<{ fields: FileField[]; rows: number }> {
  const file = ByteFile.open(path);
  try {
    const parquet = await openParquet(file);
    const rows = parquet.metadata().fileMetadata().numRows();
    const fields = toFileFields(schemaOf(parquet));
    parquet.free();
    return { fields, rows };
  } catch (cause) {
    throw notParquet(path, cause);
  } finally {
    file.close();
  }
}

interface OpenParquet {
  readonly parquet: ParquetFile;
  readonly stream: ReadableStream<ParquetBatch>;
  readonly rowsTotal: number;
  readonly options: ImportOptions;
}

class ParquetRows implements FileRows {
  readonly rowsTotal: number;
  readonly #file: ByteFile;
  readonly #open: OpenParquet;
  readonly #batches: ReadableStreamDefaultReader<ParquetBatch>;
  #cut: ((batch: RecordBatch) => Generator<FileBlock, undefined>) | undefined;
  #blocks: Generator<FileBlock, undefined> | undefined;
  #rowsRead = 0;
  #closed = false;

  constructor(file: ByteFile, open: OpenParquet) {
    this.#file = file;
    this.#open = open;
    this.rowsTotal = open.rowsTotal;
    this.#batches = open.stream.getReader();
  }

  get bytesTotal(): number {
    return this.#file.size;
  }

  /** The share of the rows, since only some columns are read. */
  get bytesRead(): number {
    return this.rowsTotal === 0 ? 0 : Math.round(this.bytesTotal * this.#rowsRead / this.rowsTotal);
  }

  async next(): Promise<FileBlock | undefined> {
    for (;;) {
      const block = this.#blocks?.next().value;
      if (block !== undefined) {
        this.#rowsRead += block.batch.length;
        return block;
      }
      const batch = await this.#nextBatch();
      if (batch === undefined) return undefined;
      this.#cut ??= createBlockCutter(batch.schema, this.#file.path, this.#open.options);
      this.#blocks = this.#cut(batch);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#batches.cancel();
    this.#open.parquet.free();
    this.#file.close();
  }

  async #nextBatch(): Promise<RecordBatch | undefined> {
    try {
      const { value } = await this.#batches.read();
      return value && tableFromIPC(value.intoIPCStream()).batches[0];
    } catch (cause) {
      throw notParquet(this.#file.path, cause);
    }
  }
}

async function openParquet(file: ByteFile): Promise<ParquetFile> {
  const { ParquetFile } = await import("parquet-wasm");
  return await ParquetFile.fromFile(new FileBlob(file));
}

function schemaOf(parquet: ParquetFile): import("apache-arrow").Schema {
  return tableFromIPC(parquet.schema().intoIPCStream()).schema;
}

function notParquet(path: string, cause: unknown): FeaturizerError {
  return new FeaturizerError(
    `Cannot read "${path}" as Parquet: ${cause instanceof Error ? cause.message : cause}`,
    {
      code: "BAD_PARQUET_FILE",
      cause,
      hint: "Check that the file is complete and its format is right.",
    },
  );
}
