/** Arrow IPC files and streams, batch by batch from disk. */
import { zstdDecompressSync } from "node:zlib";
import {
  compressionRegistry,
  CompressionType,
  Message,
  type RecordBatch,
  RecordBatchReader,
} from "apache-arrow";
import { Footer } from "apache-arrow/ipc/metadata/file";
import { FeaturizerError } from "../errors.ts";
import { ByteFile, type BytesAt } from "./byte_file.ts";
import {
  createBlockCutter,
  type FileBlock,
  type FileRows,
  type ImportOptions,
} from "./columnar_rows.ts";
import { schemaMessage } from "./ipc_message.ts";
import { decodeLz4Frame } from "./lz4_frame.ts";
import { type FileField, toFileFields } from "./schema.ts";
import { BufferPool } from "./shared_buffer.ts";

const MAGIC = "ARROW1";
/** Beyond it, counting the rows of a file would read too many places. */
const MOST_COUNTED_BLOCKS = 20_000;

/** Opens an Arrow IPC file or stream; throws `FeaturizerError` if it is none or lacks a column. */
export function openArrowRows(path: string, options: ImportOptions): FileRows {
  return openArrowBytes(ByteFile.open(path), options);
}

/** The same of bytes that are open already; owns them. */
export function openArrowBytes(file: BytesAt, options: ImportOptions): FileRows {
  try {
    return new ArrowRows(file, options);
  } catch (cause) {
    file.close();
    throw cause;
  }
}

/** The columns of an Arrow IPC file or stream, and its number of rows where that is cheap to know. */
export function readArrowFields(path: string): { fields: FileField[]; rows: number | undefined } {
  const file = ByteFile.open(path);
  try {
    return {
      fields: toFileFields(openBatches(file, new BufferPool()).schema),
      rows: countRows(file),
    };
  } finally {
    file.close();
  }
}

class ArrowRows implements FileRows {
  readonly #file: BytesAt;
  readonly #pool = new BufferPool();
  readonly #reader: RecordBatchReader;
  readonly #cut: (batch: RecordBatch) => Generator<FileBlock, undefined>;
  readonly rowsTotal?: number;
  #batch: RecordBatch | undefined;
  #blocks: Generator<FileBlock, undefined> | undefined;

  constructor(file: BytesAt, options: ImportOptions) {
    this.#file = file;
    this.#reader = openBatches(file, this.#pool);
    this.#cut = createBlockCutter(this.#reader.schema, file.path, options);
    const rows = countRows(file);
    if (rows !== undefined) this.rowsTotal = rows;
  }

  get bytesTotal(): number {
    return this.#file.size;
  }

  get bytesRead(): number {
    return Math.min(this.#file.bytesRead, this.#file.size);
  }

  // deno-lint-ignore require-await -- the port is asynchronous, so that failures are rejections
  async next(): Promise<FileBlock | undefined> {
    for (;;) {
      const block = this.#blocks?.next();
      if (block?.value !== undefined) return block.value;
      const batch = this.#nextBatch();
      if (batch === undefined) return undefined;
      this.#blocks = this.#cut(batch);
    }
  }

  /** All blocks of the last batch are copies, so its memory is free. */
  #recycle(): void {
    for (const { values } of this.#batch?.data.children ?? []) {
      if (ArrayBuffer.isView(values)) this.#pool.give(values.buffer as ArrayBuffer);
    }
  }

  close(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }

  #nextBatch(): RecordBatch | undefined {
    try {
      this.#recycle();
      const { done, value } = this.#reader.next() as IteratorResult<RecordBatch>;
      this.#batch = done ? undefined : value;
      return this.#batch;
    } catch (cause) {
      throw notArrow(this.#file.path, cause);
    }
  }
}

/**
 * A synchronous reader over whole messages: dictionaries first, as the footer lists them, then batches.
 * The library's own file readers want all of the file in memory or several awaits for each message.
 */
function openBatches(file: BytesAt, pool: BufferPool): RecordBatchReader {
  registerCompression();
  let reader: RecordBatchReader;
  try {
    reader = RecordBatchReader.from(messagesOf(file, pool)).open();
  } catch (cause) {
    throw notArrow(file.path, cause);
  }
  // Of nothing at all the library makes a reader without a schema.
  if (file.size === 0) throw notArrow(file.path, new RangeError("The file is empty"));
  return reader;
}

/** Teaches the library the compressions of IPC bodies. */
export function registerCompression(): void {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame });
  compressionRegistry.set(CompressionType.ZSTD, { decode: zstdDecompressSync });
}

/** Whole messages in the order a stream has them. Batches are in memory of the pool; dictionaries stay. */
function* messagesOf(file: BytesAt, pool: BufferPool): Generator<Uint8Array, undefined> {
  const footer = readFooter(file);
  if (footer === undefined) {
    for (let at = 0;;) {
      const message = readMessage(file, at, pool);
      if (message === undefined) return undefined;
      yield message;
      at += message.length;
    }
  }
  // The library's own writer puts the schema into the footer alone.
  yield* schemaMessage(footer.schema, 0).pieces;
  for (const block of footer.dictionaryBatches()) {
    yield file.readAt(block.offset, block.metaDataLength + block.bodyLength);
  }
  for (const block of footer.recordBatches()) {
    const message = pool.take(block.metaDataLength + block.bodyLength);
    yield message.subarray(0, file.readInto(message, block.offset));
  }
  return undefined;
}

/** The message that begins at a place, or undefined at the end of the stream. */
function readMessage(file: BytesAt, at: number, pool: BufferPool): Uint8Array | undefined {
  const prefix = file.readAt(at, 8);
  if (prefix.length < 8) return undefined;
  const words = new Int32Array(prefix.buffer);
  const headLength = words[0] === -1 ? 8 + words[1]! : 4 + words[0]!;
  if (headLength <= 8) return undefined;
  const head = Message.decode(
    file.readAt(at, headLength).subarray(words[0] === -1 ? 8 : 4),
  );
  const length = headLength + head.bodyLength;
  const message = head.isRecordBatch() ? pool.take(length) : new Uint8Array(length);
  if (file.readInto(message, at) === length) return message;
  throw new RangeError(`The message at byte ${at} ends past the file`);
}

function readFooter(file: BytesAt): Footer | undefined {
  if (asciiAt(file, 0) !== MAGIC) return undefined;
  if (asciiAt(file, file.size - MAGIC.length) !== MAGIC) {
    throw notArrow(file.path, new RangeError("The file is cut off: it has no footer"));
  }
  const end = file.size - MAGIC.length - 4;
  const length = new Int32Array(file.readAt(end, 4).buffer)[0]!;
  return Footer.decode(file.readAt(end - length, length));
}

function countRows(file: BytesAt): number | undefined {
  const footer = readFooter(file);
  if (footer === undefined || footer.numRecordBatches > MOST_COUNTED_BLOCKS) return undefined;
  let rows = 0;
  for (const block of footer.recordBatches()) {
    const head = file.readAt(block.offset, block.metaDataLength);
    const message = Message.decode(
      head.subarray(new Int32Array(head.buffer, 0, 1)[0] === -1 ? 8 : 4),
    );
    if (message.isRecordBatch()) rows += message.header().length;
  }
  return rows;
}

function asciiAt(file: BytesAt, at: number): string {
  return String.fromCharCode(...file.readAt(Math.max(0, at), MAGIC.length));
}

export function notArrow(path: string, cause: unknown): FeaturizerError {
  return new FeaturizerError(
    `Cannot read "${path}" as Arrow IPC: ${cause instanceof Error ? cause.message : cause}`,
    {
      code: "BAD_ARROW_FILE",
      cause,
      hint: "Check that the file is complete and its format is right.",
    },
  );
}
