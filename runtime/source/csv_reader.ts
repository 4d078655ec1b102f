/** CSV files: header, quotes, any line ends, packed or not. */
import type { FileBlock, FileRows, ImportOptions } from "../arrow/mod.ts";
import { missingColumn } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type ByteSource, openByteSource } from "./byte_source.ts";
import { CsvScanner, splitRecord } from "./csv_scanner.ts";
import { TextBuffer } from "./text_buffer.ts";

/** Opens a CSV file; throws `FeaturizerError` if it lacks a column. */
export async function openCsvRows(path: string, options: ImportOptions): Promise<FileRows> {
  return await readCsv(openByteSource(path), options);
}

/** CSV from any bytes; `capacity` is how many are looked at together. Owns the source. */
export async function readCsv(
  source: ByteSource,
  options: ImportOptions,
  capacity?: number,
): Promise<FileRows> {
  const { path } = source;
  try {
    const buffer = new TextBuffer(source, capacity);
    const names = await readHeader(buffer, path);
    for (const { from } of options.columns) {
      if (!names.includes(from)) throw missingColumn(path, from, names);
    }
    return new CsvRows(source, buffer, new CsvScanner({ names, ...options }));
  } catch (cause) {
    await source.close();
    throw cause;
  }
}

/** The header of a CSV file. */
export async function readCsvNames(path: string): Promise<string[]> {
  const source = openByteSource(path);
  try {
    return await readHeader(new TextBuffer(source), path);
  } finally {
    await source.close();
  }
}

async function readHeader(buffer: TextBuffer, path: string): Promise<string[]> {
  await buffer.extend();
  buffer.skipMark();
  for (;;) {
    const header = splitRecord(buffer.bytes, buffer.start, buffer.limit);
    if (header !== undefined) {
      buffer.start = header.end;
      return header.cells;
    }
    if (buffer.isLast) break;
    await buffer.extend();
  }
  throw new FeaturizerError(`Cannot read "${path}": it has no header line`, {
    code: "MISSING_HEADER",
    hint: "The first line of a CSV file names its columns.",
  });
}

class CsvRows implements FileRows {
  readonly #source: ByteSource;
  readonly #buffer: TextBuffer;
  readonly #scanner: CsvScanner;

  constructor(source: ByteSource, buffer: TextBuffer, scanner: CsvScanner) {
    this.#source = source;
    this.#buffer = buffer;
    this.#scanner = scanner;
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
      buffer.start = this.#scanner.scan(buffer.bytes, buffer.start, buffer.limit);
      if (this.#scanner.isFull) return this.#scanner.take();
      if (buffer.isLast) return this.#finish();
      await buffer.extend();
    }
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  #finish(): FileBlock | undefined {
    const buffer = this.#buffer;
    if (buffer.start < buffer.limit) {
      buffer.start = buffer.limit;
      this.#scanner.rejectRow("Cannot read the row: a quote is never closed");
    }
    return this.#scanner.take();
  }
}
