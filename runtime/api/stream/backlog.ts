/**
 * Rows of one subscription that wait for its reader.
 *
 * B1 Frames leave in the order of row numbers.
 * B2 What waits is at most the limit; `conflate` may hold one row a key where that is more.
 * B3 A row number is in a frame, or in a gap that was told, or was replaced by a newer row of its key.
 */
import { type BodyEncoder, frameOf, type Message, sizeOf } from "./frame.ts";
import type { FrameFormat, SlowPolicy } from "./messages.ts";
import { conflateRows, type NumberedBatch, type SharedRows } from "./shared_rows.ts";

/** What slow readers cost, over all subscriptions. */
export interface SlowCounts {
  droppedRows: number;
  conflatedRows: number;
}

export interface BacklogOptions {
  readonly id: string;
  readonly series: string;
  readonly format: FrameFormat;
  readonly encoder: BodyEncoder;
  readonly policy: SlowPolicy;
  /** Bytes of frames. */
  readonly limit: number;
  /** How many columns are keys; they come first. */
  readonly keys: number;
  readonly counts: SlowCounts;
}

interface Waiting {
  readonly rows: NumberedBatch;
  readonly frame: Message;
}

export class Backlog {
  readonly #options: BacklogOptions;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #bound: number;
  #gap: { readonly from: number; readonly to: number } | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#bound = options.limit;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#gap === undefined;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes rows, or those of them that were chosen; false if the reader is too slow to go on. */
  offer(shared: SharedRows, chosen: readonly number[] | undefined): boolean {
    if (chosen !== undefined && chosen.length === 0) return true;
    const { format, id } = this.#options;
    this.#push(
      chosen === undefined || chosen.length === shared.batch.length
        ? { rows: shared, frame: shared.frame(format, id) }
        : this.#framed(shared.pick(chosen)),
    );
    if (this.#bytes <= this.#bound) return true;
    switch (this.#options.policy) {
      case "disconnect":
        return false;
      case "drop-oldest":
        this.#dropOldest();
        return true;
      case "conflate":
        this.#conflate();
        return true;
    }
  }

  /** The next frame to send. */
  take(): Message | undefined {
    if (this.#gap !== undefined) {
      const { id, series } = this.#options;
      const gap = { kind: "gap", id, series, ...this.#gap };
      this.#gap = undefined;
      return JSON.stringify(gap);
    }
    const next = this.#waiting.shift();
    if (next !== undefined) this.#bytes -= sizeOf(next.frame);
    return next?.frame;
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#gap = undefined;
  }

  #push(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#bytes += sizeOf(waiting.frame);
  }

  #framed(rows: NumberedBatch): Waiting {
    const { id, series, encoder } = this.#options;
    const { first, last, numbers, batch } = rows;
    const header = { kind: "rows" as const, id, series, first, last, ...(numbers && { numbers }) };
    return { rows, frame: frameOf(header, encoder(batch)) };
  }

  #dropOldest(): void {
    while (this.#bytes > this.#bound) {
      const { rows, frame } = this.#waiting.shift()!;
      this.#bytes -= sizeOf(frame);
      this.#options.counts.droppedRows += rows.batch.length;
      this.#gap = { from: this.#gap?.from ?? rows.first, to: rows.last };
    }
  }

  /** The bound grows with the number of keys, so that the cost a row stays the same. */
  #conflate(): void {
    const { keys, limit, counts } = this.#options;
    const before = this.#waiting.reduce((sum, { rows }) => sum + rows.batch.length, 0);
    const newest = this.#framed(conflateRows(this.#waiting.map(({ rows }) => rows), keys));
    counts.conflatedRows += before - newest.rows.batch.length;
    this.clear();
    this.#push(newest);
    this.#bound = Math.max(limit, 2 * this.#bytes);
  }
}
