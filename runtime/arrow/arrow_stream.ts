/** Arrow IPC as it arrives: a stream message by message, a file once all of it is there. */
import { Message, type RecordBatch, RecordBatchReader } from "apache-arrow";
import { FeaturizerError } from "../errors.ts";
import { notArrow, openArrowBytes, registerCompression } from "./arrow_reader.ts";
import { bytesInMemory } from "./byte_file.ts";
import { createBlockCutter, type FileBlock, type ImportOptions } from "./columnar_rows.ts";

/** Bytes that come one after the other. */
export interface ArrivingBytes {
  /** What errors call them. */
  readonly path: string;
  /** Writes the next bytes to the start of `target`; 0 only at the end. */
  fill(target: Uint8Array): Promise<number>;
}

export interface ArrivingOptions extends ImportOptions {
  /** Of a message, or of a file as a whole. */
  readonly mostBytes: number;
}

const MAGIC = "ARROW1";
const PREFIX = 8;
const MOST_EMPTY = 8;
const NOTHING = new Uint8Array(0);

/** Rows of an IPC stream or file, as soon as they are complete. */
export async function* readArrowStream(
  source: ArrivingBytes,
  options: ArrivingOptions,
): AsyncGenerator<FileBlock, undefined> {
  const bytes = new ExactBytes(source, options.mostBytes);
  const head = await bytes.read(PREFIX);
  if (head.length < PREFIX) throw notArrow(source.path, new RangeError("It is cut off"));
  if (String.fromCharCode(...head.subarray(0, MAGIC.length)) === MAGIC) {
    const rest = await bytes.readAll(head);
    const rows = openArrowBytes(bytesInMemory(source.path, rest), options);
    for (let block = await rows.next(); block; block = await rows.next()) yield block;
    return undefined;
  }
  yield* messageRows(bytes, head, { source, options });
  return undefined;
}

async function* messageRows(
  bytes: ExactBytes,
  head: Uint8Array,
  { source, options }: { readonly source: ArrivingBytes; readonly options: ArrivingOptions },
): AsyncGenerator<FileBlock, undefined> {
  registerCompression();
  const queue: Uint8Array[] = [];
  let reader: RecordBatchReader | undefined;
  let cut: ((batch: RecordBatch) => Generator<FileBlock, undefined>) | undefined;
  for (let prefix: Uint8Array | undefined = head; prefix;) {
    const message = await readMessage(bytes, prefix, source.path);
    if (!message) return undefined;
    queue.push(message.bytes);
    try {
      if (message.kind === "schema") {
        reader ??= RecordBatchReader.from(taken(queue)).open();
        cut = createBlockCutter(reader.schema, source.path, options);
      }
    } catch (cause) {
      throw cause instanceof FeaturizerError ? cause : notArrow(source.path, cause);
    }
    if (message.kind === "rows") {
      if (!reader || !cut) {
        throw notArrow(source.path, new RangeError("Its rows come before its schema"));
      }
      yield* cutNext(reader, cut, source.path);
    }
    prefix = await bytes.readOrEnd(PREFIX);
  }
  return undefined;
}

/**
 * Whole messages. The library asks for a chunk more than it needs and is content with none of it; what asks again
 * and again has a message that promises more than it holds.
 */
function* taken(queue: Uint8Array[]): Generator<Uint8Array, undefined> {
  for (let empty = 0; empty < MOST_EMPTY; empty++) {
    for (let next = queue.shift(); next; next = queue.shift()) {
      yield next;
      empty = 0;
    }
    yield NOTHING;
  }
  return undefined;
}

function* cutNext(
  reader: RecordBatchReader,
  cut: (batch: RecordBatch) => Generator<FileBlock, undefined>,
  path: string,
): Generator<FileBlock, undefined> {
  let batch: RecordBatch | undefined;
  try {
    batch = (reader.next() as IteratorResult<RecordBatch>).value;
  } catch (cause) {
    throw notArrow(path, cause);
  }
  if (batch) yield* cut(batch);
  return undefined;
}

interface ReadMessage {
  readonly kind: "schema" | "texts" | "rows";
  readonly bytes: Uint8Array;
}

/** The message that a prefix begins; undefined where it is the mark of the end. */
async function readMessage(
  bytes: ExactBytes,
  prefix: Uint8Array,
  path: string,
): Promise<ReadMessage | undefined> {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const isMarked = view.getInt32(0, true) === -1;
  const headStart = isMarked ? 8 : 4;
  const headLength = view.getInt32(isMarked ? 4 : 0, true);
  if (headLength === 0) return undefined;
  if (headLength < 0) throw notArrow(path, new RangeError("It is no IPC message"));
  const rest = await bytes.read(headStart + headLength - PREFIX);
  const metadata = new Uint8Array(headLength);
  metadata.set(prefix.subarray(headStart));
  metadata.set(rest, PREFIX - headStart);
  let message: Message;
  try {
    message = Message.decode(metadata);
  } catch (cause) {
    throw notArrow(path, cause);
  }
  const body = await bytes.read(message.bodyLength);
  if (rest.length + PREFIX < headStart + headLength || body.length < message.bodyLength) {
    throw notArrow(path, new RangeError("It is cut off"));
  }
  const whole = new Uint8Array(PREFIX + rest.length + body.length);
  whole.set(prefix);
  whole.set(rest, PREFIX);
  whole.set(body, PREFIX + rest.length);
  const kind = message.isSchema() ? "schema" : message.isRecordBatch() ? "rows" : "texts";
  return { kind, bytes: whole };
}

/** Reads as many bytes as are asked for, fewer at the end. */
class ExactBytes {
  readonly #source: ArrivingBytes;
  readonly #most: number;

  constructor(source: ArrivingBytes, most: number) {
    this.#source = source;
    this.#most = most;
  }

  async read(length: number): Promise<Uint8Array> {
    if (length > this.#most) throw tooLong(this.#source.path, this.#most);
    const target = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = await this.#source.fill(target.subarray(filled));
      if (count === 0) break;
      filled += count;
    }
    return target.subarray(0, filled);
  }

  async readOrEnd(length: number): Promise<Uint8Array | undefined> {
    const bytes = await this.read(length);
    return bytes.length < length ? undefined : bytes;
  }

  /** Everything, behind what was read already. */
  async readAll(head: Uint8Array): Promise<Uint8Array> {
    let bytes = new Uint8Array(1 << 16);
    bytes.set(head);
    let filled = head.length;
    for (;;) {
      if (filled > this.#most) throw tooLong(this.#source.path, this.#most);
      if (filled === bytes.length) {
        const grown = new Uint8Array(bytes.length * 2);
        grown.set(bytes);
        bytes = grown;
      }
      const count = await this.#source.fill(bytes.subarray(filled));
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
    }
  }
}

function tooLong(path: string, most: number): FeaturizerError {
  return new FeaturizerError(`Cannot read "${path}": a part of it is longer than ${most} bytes`, {
    code: "BODY_TOO_LARGE",
    hint: "Send smaller record batches, or several bodies; files are taken whole, streams are not.",
  });
}
