/** Numbers that a run puts aside: files in a temporary folder, read once, gone at the end. */
import { join } from "node:path";

type Numbers = Float64Array<ArrayBuffer>;

export interface Scratch extends Disposable {
  /** Bytes put aside so far. */
  readonly bytes: number;
  /** Keeps columns of one length and empties them; returns what they are asked for by. */
  put(columns: readonly Numbers[]): number;
  /** Gives columns back, in buffers of their own; each only once. */
  take(place: number): Numbers[];
  /** What `take` would give, which stays. */
  copy(place: number): Numbers[];
}

/** Makes no folder before something is put aside. */
export function openScratch(): Scratch {
  return new FileScratch();
}

class FileScratch implements Scratch {
  bytes = 0;
  /** Lengths of the columns, by place. */
  readonly #lengths = new Map<number, readonly number[]>();
  #folder: string | undefined;
  #count = 0;

  put(columns: readonly Numbers[]): number {
    const place = this.#count++;
    using file = Deno.openSync(this.#path(place), { write: true, createNew: true });
    for (const column of columns) {
      writeAll(file, new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
      this.bytes += column.byteLength;
    }
    this.#lengths.set(place, columns.map(({ length }) => length));
    // They lie outside the heap: the collector would leave them for long.
    for (const { buffer } of columns) buffer.transfer(0);
    return place;
  }

  take(place: number): Numbers[] {
    const columns = this.copy(place);
    this.#lengths.delete(place);
    Deno.removeSync(this.#path(place));
    return columns;
  }

  copy(place: number): Numbers[] {
    const lengths = this.#lengths.get(place);
    if (!lengths) throw new RangeError(`Cannot take place ${place}: it was not put`);
    const columns = lengths.map((length) => new Float64Array(length));
    using file = Deno.openSync(this.#path(place));
    for (const column of columns) readAll(file, new Uint8Array(column.buffer));
    return columns;
  }

  [Symbol.dispose](): void {
    if (this.#folder !== undefined) Deno.removeSync(this.#folder, { recursive: true });
    this.#folder = undefined;
  }

  #path(place: number): string {
    this.#folder ??= Deno.makeTempDirSync({ prefix: "featurizer-" });
    return join(this.#folder, `${place}.rows`);
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

function readAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    const count = file.readSync(bytes.subarray(done));
    if (count === null) throw new Error("Cannot read rows that were put aside: the file is short");
    done += count;
  }
}
