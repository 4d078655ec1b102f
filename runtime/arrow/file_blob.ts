/** A file as the `Blob` that WebAssembly readers ask for: nothing is read before `arrayBuffer`. */
import type { ByteFile } from "./byte_file.ts";

/** A range of an open file. */
export class FileBlob extends Blob {
  readonly #file: ByteFile;
  readonly #start: number;
  readonly #end: number;

  constructor(file: ByteFile, start = 0, end: number = file.size) {
    super();
    this.#file = file;
    this.#start = start;
    this.#end = end;
  }

  override get size(): number {
    return this.#end - this.#start;
  }

  override slice(start = 0, end: number = this.size): Blob {
    const first = this.#start + Math.min(start, this.size);
    return new FileBlob(this.#file, first, Math.max(first, this.#start + Math.min(end, this.size)));
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.resolve(this.#file.readAt(this.#start, this.size).buffer);
  }
}
