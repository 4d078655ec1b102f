/** Parquet files, a row group at a time, through WebAssembly that is loaded when it is first needed. */
import type { Schema } from "apache-arrow";
import { FeaturizerError } from "../errors.ts";
import { type Batch, createColumn } from "./batch.ts";
import { type ColumnExport, createColumnExport } from "./export_columns.ts";
import { streamOf } from "./ipc_message.ts";
import type { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";
import { toArrowSchema } from "./schema.ts";

type ParquetModule = typeof import("parquet-wasm");
type ParquetBatch = import("parquet-wasm").RecordBatch;

const ROW_GROUP = 262_144;

/** Writes batch by batch; one encoded row group is in memory at a time. */
export class ParquetResultWriter implements ResultWriter {
  readonly #file: PartialFile;
  readonly #parquet: ParquetModule;
  readonly #schema: Schema;
  readonly #exports: readonly ColumnExport[];
  readonly #options: ResultOptions;
  readonly #input = new TransformStream<ParquetBatch, ParquetBatch>();
  readonly #sink = this.#input.writable.getWriter();
  readonly #pump: Promise<void>;
  #isEmpty = true;

  private constructor(file: PartialFile, options: ResultOptions, parquet: ParquetModule) {
    this.#file = file;
    this.#options = options;
    this.#parquet = parquet;
    this.#schema = toArrowSchema(options.columns);
    this.#exports = options.columns.map(({ type }) => createColumnExport(type, options.symbols));
    this.#pump = this.#writeChunks();
    this.#pump.catch((cause) => this.#sink.abort(cause));
  }

  /** Takes over the file. */
  static async open(file: PartialFile, options: ResultOptions): Promise<ParquetResultWriter> {
    return new ParquetResultWriter(file, options, await import("parquet-wasm"));
  }

  async write(batch: Batch): Promise<void> {
    this.#isEmpty = false;
    const table = this.#parquet.Table.fromIPCStream(
      streamOf(batch, this.#schema, this.#exports),
    );
    const rows = table.recordBatches();
    table.free();
    try {
      for (const row of rows) await this.#sink.write(row);
    } catch (cause) {
      throw await this.#failure(cause);
    }
  }

  async close(): Promise<{ readonly bytes: number }> {
    try {
      if (this.#isEmpty) await this.write(this.#emptyBatch());
      await this.#sink.close();
      await this.#pump;
      return await this.#file.commit();
    } catch (cause) {
      this.#file.abort();
      throw await this.#failure(cause);
    }
  }

  async abort(): Promise<void> {
    this.#file.abort();
    await this.#sink.abort().catch(ignoreAbort);
    await this.#pump.catch(ignoreAbort);
  }

  async #writeChunks(): Promise<void> {
    const { Compression, WriterPropertiesBuilder, transformParquetStream } = this.#parquet;
    const properties = new WriterPropertiesBuilder()
      .setCompression(Compression.ZSTD)
      .setMaxRowGroupSize(ROW_GROUP)
      .setCreatedBy("featurizer")
      .build();
    const chunks: ReadableStream<Uint8Array> = await transformParquetStream(
      this.#input.readable,
      properties,
    );
    for await (const chunk of chunks) this.#file.write(chunk);
  }

  #emptyBatch(): Batch {
    const columns = this.#options.columns.map(({ type }) => createColumn(type, 0));
    return { length: 0, columns };
  }

  /** What broke the stream says more than that it is broken. */
  async #failure(cause: unknown): Promise<FeaturizerError> {
    const first = await this.#pump.then(() => cause, (reason: unknown) => reason);
    if (first instanceof FeaturizerError) return first;
    return new FeaturizerError(
      `Cannot write "${this.#file.target}" as Parquet: ${
        first instanceof Error ? first.message : first
      }`,
      { code: "PARQUET_FAILED", domain: "internal", cause: first },
    );
  }
}

/** An aborted stream fails its own pump; that is what was asked for. */
function ignoreAbort(): void {}
