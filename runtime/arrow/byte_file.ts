/** A file read at places; reads block, as those of a page cache do not wait. */
import { FeaturizerError } from "../errors.ts";

/** Bytes that can be read anywhere. */
export interface BytesAt {
  readonly path: string;
  readonly size: number;
  readonly bytesRead: number;
  readAt(position: number, length: number): Uint8Array<ArrayBuffer>;
  readInto(target: Uint8Array, position: number): number;
  close(): void;
}

/** Bytes in memory; `path` is what errors call them. */
export function bytesInMemory(path: string, bytes: Uint8Array): BytesAt {
  const readInto = (target: Uint8Array, position: number) => {
    const part = bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  };
  return {
    path,
    size: bytes.length,
    bytesRead: bytes.length,
    readInto,
    readAt: (position, length) => {
      const part = new Uint8Array(Math.max(0, Math.min(length, bytes.length - position)));
      readInto(part, position);
      return part;
    },
    close: () => {},
  };
}

/** An open file. Owns the handle; `close` may be called twice. */
export class ByteFile implements BytesAt {
  readonly path: string;
  readonly size: number;
  readonly #handle: Deno.FsFile;
  #bytesRead = 0;
  #closed = false;

  private constructor(path: string, handle: Deno.FsFile) {
    this.path = path;
    this.#handle = handle;
    this.size = handle.statSync().size;
  }

  /** Throws `FeaturizerError` if it cannot be read. */
  static open(path: string): ByteFile {
    try {
      return new ByteFile(path, Deno.openSync(path));
    } catch (cause) {
      throw unreadable(path, cause);
    }
  }

  /** Bytes read so far, repeated ones counted again. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** The bytes at a place, fewer at the end of the file. */
  readAt(position: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - position)));
    return bytes.subarray(0, this.readInto(bytes, position));
  }

  /** Fills `target` from a place on; returns how many bytes there were. */
  readInto(target: Uint8Array, position: number): number {
    let filled = 0;
    try {
      this.#handle.seekSync(position, Deno.SeekMode.Start);
      while (filled < target.length) {
        const count = this.#handle.readSync(target.subarray(filled));
        if (count === null) break;
        filled += count;
      }
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
    this.#bytesRead += filled;
    return filled;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handle.close();
  }
}

/** The error for a file the system does not let us read. */
export function unreadable(path: string, cause: unknown): FeaturizerError {
  const isMissing = cause instanceof Deno.errors.NotFound;
  const state = isMissing ? "there is no such file" : String(cause);
  return new FeaturizerError(`Cannot read "${path}": ${state}`, {
    code: isMissing ? "MISSING_FILE" : "UNREADABLE_FILE",
    domain: isMissing ? "user" : "external",
    cause,
    hint: "Check the path and its permissions.",
  });
}
