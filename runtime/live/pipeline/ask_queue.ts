/** Questions to a pipeline: those that wait are answered together, by one slice. */
import { concatRows, gatherRows, type StreamData } from "../../engine/mod.ts";
import { readsFull } from "./reads_full.ts";

/** Answers to the rows of a question, in their order. */
export interface Answer {
  readonly rows: StreamData;
  /** No row below it is still to come. */
  readonly watermarkUs: number;
  /** Answers at times before it are of a later state and must not be used. */
  readonly appliedUs: number;
  /** By source, the log position up to which rows were in sight. */
  readonly positions: Readonly<Record<string, number>>;
}

interface Ask {
  readonly table: StreamData;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/** Rows of one slice, about. */
const MOST_ROWS = 8192;
/** Rows that may wait; one question alone may have more. */
const MOST_WAITING_ROWS = 262_144;

export class AskQueue {
  #asks: Ask[] = [];
  #rows = 0;

  get isEmpty(): boolean {
    return this.#asks.length === 0;
  }

  /** Refuses the question if too many rows wait. */
  add(table: StreamData): Promise<Answer> {
    if (!this.isEmpty && this.#rows + table.length > MOST_WAITING_ROWS) {
      return Promise.reject(readsFull(`${this.#rows} keys wait for their answers`));
    }
    this.#rows += table.length;
    return new Promise((resolve, reject) => this.#asks.push({ table, resolve, reject }));
  }

  /** The questions that wait, as many as one slice should take. */
  take(): AskBatch {
    let rows = 0;
    const count = this.#asks.findIndex(({ table }) => (rows += table.length) >= MOST_ROWS) + 1;
    const taken = this.#asks.splice(0, count || this.#asks.length);
    for (const { table } of taken) this.#rows -= table.length;
    return new AskBatch(taken);
  }

  /** Refuses those among the questions that wait. */
  reject(isRefused: (table: StreamData) => boolean, reason: unknown): void {
    this.#asks = this.#asks.filter(({ table, reject }) => {
      if (!isRefused(table)) return true;
      this.#rows -= table.length;
      reject(reason);
      return false;
    });
  }

  /** Nobody will answer. */
  rejectAll(reason: unknown): void {
    this.#rows = 0;
    for (const { reject } of this.#asks.splice(0)) reject(reason);
  }
}

/** Questions in order of time. */
export class AskBatch {
  readonly #asks: readonly Ask[];
  /** By row in order of asking: its place in order of time. */
  readonly #places: Int32Array;
  readonly #rows: StreamData;

  constructor(asks: readonly Ask[]) {
    this.#asks = asks;
    const all = concatRows(asks.map(({ table }) => table));
    const order = Int32Array.from({ length: all.length }, (_, i) => i)
      .sort((a, b) => all.time[a]! - all.time[b]! || a - b);
    this.#places = new Int32Array(all.length);
    order.forEach((row, place) => this.#places[row] = place);
    const sequence = Float64Array.from(order, (_, place) => place);
    this.#rows = { ...gatherRows(all, order), sequence };
  }

  /** The questions as rows of a spine table; none stands before `appliedUs`. */
  table(appliedUs: number): StreamData {
    return { ...this.#rows, time: this.#rows.time.map((time) => Math.max(time, appliedUs)) };
  }

  get lastTimeUs(): number {
    return this.#rows.time[this.#rows.length - 1] ?? -Infinity;
  }

  answer(result: StreamData, sight: Omit<Answer, "rows">): void {
    let from = 0;
    for (const { table, resolve } of this.#asks) {
      const places = this.#places.subarray(from, from + table.length);
      from += table.length;
      resolve({ rows: { ...gatherRows(result, places), time: table.time }, ...sight });
    }
  }

  reject(reason: unknown): void {
    for (const { reject } of this.#asks) reject(reason);
  }
}
