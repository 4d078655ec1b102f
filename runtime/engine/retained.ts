/** Buffers that operators keep beyond a slice: these must be copied instead of given away. */
import { buffersOfColumn } from "./column.ts";
import type { StreamData } from "./stream_data.ts";

export class RetainedBuffers {
  readonly #counts = new Map<ArrayBuffer, number>();

  add(data: StreamData): void {
    for (const buffer of buffersOf(data)) {
      this.#counts.set(buffer, (this.#counts.get(buffer) ?? 0) + 1);
    }
  }

  remove(data: StreamData): void {
    for (const buffer of buffersOf(data)) {
      const count = (this.#counts.get(buffer) ?? 0) - 1;
      if (count > 0) this.#counts.set(buffer, count);
      else this.#counts.delete(buffer);
    }
  }

  has(buffer: ArrayBuffer): boolean {
    return this.#counts.has(buffer);
  }
}

function buffersOf({ time, sequence, columns }: StreamData): Set<ArrayBuffer> {
  return new Set([time, sequence, ...columns].flatMap(buffersOfColumn));
}
