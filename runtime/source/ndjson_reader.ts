/** NDJSON files: one JSON object a line, packed or not. */
import {
  type Batch,
  type FileBlock,
  type FileRows,
  type ImportOptions,
  missingColumn,
  Rejects,
} from "../arrow/mod.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { createJsonCell, type JsonCell, leavesOf } from "./json_cells.ts";
import { parseLine, readLines } from "./ndjson_lines.ts";
import { TextBuffer } from "./text_buffer.ts";

/**
 * Opens an NDJSON file. A column may be absent from an object, which makes it null there; that no object has
 * it is a `FeaturizerError`, thrown with the last rows.
 */
export async function openNdjsonRows(path: string, options: ImportOptions): Promise<FileRows> {
  return await readNdjson(openByteSource(path), options);
}

/** NDJSON from any bytes; `capacity` is how many are looked at together. Owns the source. */
export async function readNdjson(
  source: ByteSource,
  options: ImportOptions,
  capacity?: number,
): Promise<FileRows> {
  try {
    const buffer = new TextBuffer(source, capacity);
    await buffer.extend();
    buffer.skipMark();
    return new NdjsonRows(source, buffer, options);
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

class NdjsonRows implements FileRows {
  readonly #source: ByteSource;
  readonly #buffer: TextBuffer;
  readonly #cells: readonly JsonCell[];
  readonly #options: ImportOptions;
  #rejects = new Rejects();
  #rows = 0;
  #firstObject: object | undefined;

  constructor(source: ByteSource, buffer: TextBuffer, options: ImportOptions) {
    this.#source = source;
    this.#buffer = buffer;
    this.#options = options;
    this.#cells = options.columns.map((column) => createJsonCell(column, options.symbols));
    this.#begin();
  }

  get bytesTotal(): number {
    return this.#source.bytesTotal;
  }

  get bytesRead(): number {
    return this.#source.bytesRead;
  }

  async next(): Promise<FileBlock | undefined> {
    const buffer = this.#buffer;
    for (;;) {
      this.#readLines();
      if (this.#rows === this.#options.batchRows) return this.#take();
      if (buffer.isLast) {
        if (this.#options.missing !== "null") this.#checkColumns();
        return this.#rows === 0 ? undefined : this.#take();
      }
      if (this.#rows > 0 && this.#source.isDry?.()) return this.#take();
      await buffer.extend();
    }
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  #readLines(): void {
    if (this.#rows === this.#options.batchRows) return;
    for (const line of readLines(this.#buffer)) {
      this.#readLine(line);
      if (this.#rows === this.#options.batchRows) break;
    }
  }

  #readLine(line: string): void {
    const row = this.#rows++;
    const object = parseLine(line);
    if (typeof object === "string") {
      this.#rejects.addRow(row, object);
      for (const cell of this.#cells) cell.clear(row);
      return;
    }
    this.#firstObject ??= object;
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i]!.read(object, row, this.#rejects);
  }

  #checkColumns(): void {
    if (this.#firstObject === undefined) return;
    const missing = this.#cells.find((cell) => !cell.wasSeen());
    if (missing === undefined) return;
    const names = leavesOf(this.#firstObject).map(([name]) => name);
    throw missingColumn(this.#source.path, missing.column.from, names);
  }

  #take(): FileBlock {
    const length = this.#rows;
    const batch: Batch = { length, columns: this.#cells.map((cell) => cell.finish(length)) };
    const rejected = this.#rejects.rows();
    this.#begin();
    return { batch, rejected };
  }

  #begin(): void {
    this.#rows = 0;
    this.#rejects = new Rejects();
    for (const cell of this.#cells) cell.begin(this.#options.batchRows);
  }
}
