/**
 * Arrow IPC files: uncompressed and aligned, so that a reader may map them.
 * The dictionaries come last, each once and whole: readers of files find them through the footer.
 */
import { MetadataVersion, type Schema } from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import type { Batch } from "./batch.ts";
import { type ColumnExport, createColumnExport } from "./export_columns.ts";
import {
  batchMessage,
  dictionaryMessage,
  END_OF_STREAM,
  type IpcMessage,
  schemaMessage,
} from "./ipc_message.ts";
import type { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";
import { toArrowSchema } from "./schema.ts";

const MAGIC = new TextEncoder().encode("ARROW1\0\0");

/** Writes batch by batch; only the codes of the dictionaries stay in memory. */
export class ArrowResultWriter implements ResultWriter {
  readonly #file: PartialFile;
  readonly #schema: Schema;
  readonly #exports: readonly ColumnExport[];
  readonly #batches: FileBlock[] = [];

  constructor(file: PartialFile, { columns, symbols }: ResultOptions) {
    this.#file = file;
    this.#schema = toArrowSchema(columns);
    this.#exports = columns.map(({ type }) => createColumnExport(type, symbols));
    file.write(MAGIC);
    this.#write(schemaMessage(this.#schema, file.length));
  }

  write(batch: Batch): void {
    this.#batches.push(this.#write(batchMessage(batch, this.#exports, this.#file.length)));
  }

  async close(): Promise<{ readonly bytes: number }> {
    try {
      this.#writeEnd();
    } catch (cause) {
      this.#file.abort();
      throw cause;
    }
    return await this.#file.commit();
  }

  abort(): Promise<void> {
    this.#file.abort();
    return Promise.resolve();
  }

  #writeEnd(): void {
    const dictionaries = this.#exports.flatMap((column) => column.dictionaries)
      .map((dictionary, id) => this.#write(dictionaryMessage(dictionary, id, this.#file.length)));
    this.#file.write(END_OF_STREAM);
    const footer = Footer.encode(
      new Footer(this.#schema, MetadataVersion.V5, this.#batches, dictionaries),
    );
    this.#file.write(footer);
    this.#file.write(new Uint8Array(Int32Array.of(footer.length).buffer));
    this.#file.write(MAGIC.subarray(0, 6));
  }

  #write({ pieces, headLength, bodyLength }: IpcMessage): FileBlock {
    const offset = this.#file.length;
    for (const piece of pieces) this.#file.write(piece);
    return new FileBlock(headLength, bodyLength, offset);
  }
}
