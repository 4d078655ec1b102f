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
import { ByteFile } from "./byte_file.ts";
import {
  createBlockCutter,
  type FileBlock,
  type FileRows,
  type ImportOptions,
} from "./columnar_rows.ts";
import { schemaMessage } from "./ipc_message.ts";
import { decodeLz4Frame } from "./lz4_frame.ts";
import { type FileField, toFileFields } from "./schema.ts";

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame });
compressionRegistry.set(CompressionType.ZSTD, { decode: zstdDecompressSync });

const MAGIC = "ARROW1";
/** Beyond it, counting the rows of a file would read too many places. */
const MOST_COUNTED_BLOCKS = 20_000;

/** Opens an Arrow IPC file or stream; throws `FeaturizerError` if it is none or lacks a column. */
export function openArrowRows(path: string, options: ImportOptions): FileRows {
  const file = ByteFile.open(path);
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
    return { fields: toFileFields(openBatches(file).schema), rows: countRows(file) };
  } finally {
    file.close();
  }
}

class ArrowRows implements FileRows {
  readonly #file: ByteFile;
  readonly #reader: RecordBatchReader;
  readonly #cut: (batch: RecordBatch) => Generator<FileBlock, undefined>;
  readonly rowsTotal?: number;
  #blocks: Generator<FileBlock, undefined> | undefined;

  constructor(file: ByteFile, options: ImportOptions) {
    this.#file = file;
    this.#reader = openBatches(file);
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

  close(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }

  #nextBatch(): RecordBatch | undefined {
    try {
      const { done, value } = this.#reader.next() as IteratorResult<RecordBatch>;
      return done ? undefined : value;
    } catch (cause) {
      throw notArrow(this.#file.path, cause);
    }
  }
}

/**
 * A synchronous reader over whole messages: dictionaries first, as the footer lists them, then batches.
 * The library's own file readers want all of the file in memory or several awaits for each message.
 */
function openBatches(file: ByteFile): RecordBatchReader {
  let reader: RecordBatchReader;
  try {
    reader = RecordBatchReader.from(messagesOf(file)).open();
  } catch (cause) {
    throw notArrow(file.path, cause);
  }
  // Of nothing at all the library makes a reader without a schema.
  if (file.size === 0) throw notArrow(file.path, new RangeError("The file is empty"));
  return reader;
}

function* messagesOf(file: ByteFile): Generator<Uint8Array, undefined> {
  const footer = readFooter(file);
  if (footer === undefined) {
    let message = readMessage(file, 0);
    for (let at = 0; message !== undefined; message = readMessage(file, at)) {
      yield message;
      at += message.length;
    }
    return undefined;
  }
  // The library's own writer puts the schema into the footer alone.
  yield* schemaMessage(footer.schema, 0).pieces;
  for (const block of [...footer.dictionaryBatches(), ...footer.recordBatches()]) {
    yield file.readAt(block.offset, block.metaDataLength + block.bodyLength);
  }
  return undefined;
}

/** The message that begins at a place, or undefined at the end of the stream. */
function readMessage(file: ByteFile, at: number): Uint8Array | undefined {
  const prefix = file.readAt(at, 8);
  if (prefix.length < 8) return undefined;
  const words = new Int32Array(prefix.buffer);
  const headLength = words[0] === -1 ? 8 + words[1]! : 4 + words[0]!;
  if (headLength <= 8) return undefined;
  const { bodyLength } = Message.decode(
    file.readAt(at, headLength).subarray(words[0] === -1 ? 8 : 4),
  );
  const message = file.readAt(at, headLength + bodyLength);
  if (message.length === headLength + bodyLength) return message;
  throw new RangeError(`The message at byte ${at} ends past the file`);
}

function readFooter(file: ByteFile): Footer | undefined {
  if (asciiAt(file, 0) !== MAGIC) return undefined;
  if (asciiAt(file, file.size - MAGIC.length) !== MAGIC) {
    throw notArrow(file.path, new RangeError("The file is cut off: it has no footer"));
  }
  const end = file.size - MAGIC.length - 4;
  const length = new Int32Array(file.readAt(end, 4).buffer)[0]!;
  return Footer.decode(file.readAt(end - length, length));
}

function countRows(file: ByteFile): number | undefined {
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

function asciiAt(file: ByteFile, at: number): string {
  return String.fromCharCode(...file.readAt(Math.max(0, at), MAGIC.length));
}

function notArrow(path: string, cause: unknown): FeaturizerError {
  return new FeaturizerError(
    `Cannot read "${path}" as Arrow IPC: ${cause instanceof Error ? cause.message : cause}`,
    {
      code: "BAD_ARROW_FILE",
      cause,
      hint: "Check that the file is complete and its format is right.",
    },
  );
}
