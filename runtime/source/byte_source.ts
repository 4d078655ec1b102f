/** The bytes of a file in order, unpacked if it is packed. */
import { pipeline, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { ByteFile } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";

const PACKED_CHUNK = 256 * 1024;

/** An open file, read once from the start. Owns the handle. */
export interface ByteSource {
  readonly path: string;
  /** Of the file as it lies on disk. */
  readonly bytesTotal: number;
  readonly bytesRead: number;
  /** Writes the next bytes to the start of `target`; 0 only at the end. */
  fill(target: Uint8Array): Promise<number>;
  /** True while no more bytes have come yet, so that waiting for them would hold back what is there. */
  isDry?(): boolean;
  close(): Promise<void>;
}

/** Opens a file; one whose name ends in `.gz` is unpacked on the way. */
export function openByteSource(path: string): ByteSource {
  const file = ByteFile.open(path);
  return path.endsWith(".gz") ? new GzipSource(file) : new PlainSource(file);
}

class PlainSource implements ByteSource {
  readonly path: string;
  readonly #file: ByteFile;
  #position = 0;

  constructor(file: ByteFile) {
    this.#file = file;
    this.path = file.path;
  }

  get bytesTotal(): number {
    return this.#file.size;
  }

  get bytesRead(): number {
    return this.#position;
  }

  fill(target: Uint8Array): Promise<number> {
    const count = this.#file.readInto(target, this.#position);
    this.#position += count;
    return Promise.resolve(count);
  }

  close(): Promise<void> {
    this.#file.close();
    return Promise.resolve();
  }
}

class GzipSource implements ByteSource {
  readonly path: string;
  readonly #file: ByteFile;
  readonly #unpacked: Gunzip;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #isClosed = false;

  constructor(file: ByteFile) {
    this.#file = file;
    this.path = file.path;
    // Not DecompressionStream: it refuses files of several gzip members, which packers in blocks write.
    this.#unpacked = pipeline(
      Readable.from(this.#packed()),
      createGunzip({ chunkSize: PACKED_CHUNK }),
      ignoreFailure,
    );
    this.#chunks = this.#unpacked[Symbol.asyncIterator]();
  }

  get bytesTotal(): number {
    return this.#file.size;
  }

  get bytesRead(): number {
    return this.#position;
  }

  async fill(target: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#read();
      if (done) return 0;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, target.length);
    target.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unpacked.destroy();
    await finished(this.#unpacked).catch(ignoreFailure);
    this.#file.close();
  }

  *#packed(): Generator<Uint8Array, undefined> {
    for (;;) {
      const chunk = this.#file.readAt(this.#position, PACKED_CHUNK);
      if (chunk.length === 0) return undefined;
      this.#position += chunk.length;
      yield chunk;
    }
  }

  async #read(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#chunks.next();
    } catch (cause) {
      throw new FeaturizerError(`Cannot unpack "${this.path}": ${messageOf(cause)}`, {
        code: "BAD_GZIP_FILE",
        cause,
        hint: "Check that the file is complete and packed by gzip.",
      });
    }
  }
}

/** A failure of the stream is thrown by the read that meets it. */
function ignoreFailure(): void {}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
