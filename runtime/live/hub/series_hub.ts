/**
 * The rows of one series as they leave its pipeline: numbered, held until a checkpoint has them, handed to those
 * who follow.
 *
 * U1 Row numbers count from 1 in the order of the rows, which slicing and restarts do not change.
 * U2 A follower gets every row after the number it names once, in order: stored rows, held rows, then new ones.
 * U3 Rows are held at least until the checkpoint that stores them is committed.
 */
import type { Column } from "../../../dsl/mod.ts";
import {
  type Batch,
  type ColumnData,
  concatColumns,
  decodeBlock,
  encodeBlock,
  sliceColumn,
  type SymbolTable,
} from "../../arrow/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { LiveSeriesInfo, SeriesListener, SeriesRows } from "../live_system.ts";
import { LatestRows, type LatestState, type NumberedRows } from "./latest_rows.ts";

/** A block of rows for the store. */
export interface RowsDraft {
  readonly series: string;
  readonly first: number;
  readonly count: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly block: Uint8Array<ArrayBuffer>;
}

/** What a checkpoint keeps of a hub, in structured-cloneable data. */
export interface HubState {
  readonly count: number;
  readonly latest: LatestState;
}

/** Stored rows of a series, in order. */
export interface StoredRows {
  rows(
    series: string,
    afterRow: number,
  ): AsyncIterable<{ readonly first: number; readonly count: number; readonly block: Uint8Array }>;
}

export interface SeriesHubOptions {
  readonly info: LiveSeriesInfo;
  readonly symbols: SymbolTable;
  readonly stored: StoredRows;
  readonly state?: HubState;
}

interface HeldRows {
  readonly first: number;
  readonly rows: NumberedRows;
}

interface Follower {
  readonly listener: SeriesListener;
  next: number;
  /** False while it still reads what is stored. */
  live: boolean;
}

/** Rows held although they are stored, so that a short disconnect reads no store. */
const SPARE_ROWS = 65_536;
/** A block is made as soon as it is full, so that a checkpoint finds little left to encode. */
const ROWS_PER_BLOCK = 16_384;
/** The first column of stored blocks. */
export const STORED_TIME: Column = { name: "$time", type: { kind: "timestamp" } };

export class SeriesHub {
  readonly info: LiveSeriesInfo;
  readonly #columns: readonly Column[];
  readonly #symbols: SymbolTable;
  readonly #stored: StoredRows;
  readonly #latest: LatestRows;
  readonly #followers = new Set<Follower>();
  #held: HeldRows[] = [];
  #count: number;
  /** Blocks of the rows up to `#blocked`, for the next checkpoint. */
  #blocks: RowsDraft[] = [];
  #blocked: number;
  #drained: number;
  #committed: number;
  #failure: Error | undefined;

  constructor({ info, symbols, stored, state }: SeriesHubOptions) {
    this.info = info;
    this.#columns = [...info.keys, ...info.columns];
    this.#symbols = symbols;
    this.#stored = stored;
    this.#latest = new LatestRows(this.#columns, info.keys.length, state?.latest);
    this.#count =
      this.#blocked =
      this.#drained =
      this.#committed =
        state?.count ?? 0;
  }

  /** The number of the newest row. */
  get count(): number {
    return this.#count;
  }

  /** Rows that no checkpoint has yet. */
  get uncommitted(): number {
    return this.#count - this.#committed;
  }

  get followers(): number {
    return this.#followers.size;
  }

  /** Takes the rows of a slice; columns are the keys, then the others. */
  publish({ length, time, columns }: StreamData): void {
    if (length === 0) return;
    const first = this.#count + 1;
    const number = new Float64Array(length);
    for (let i = 0; i < length; i++) number[i] = first + i;
    const rows: NumberedRows = { length, time, number, columns };
    this.#count += length;
    this.#held.push({ first, rows });
    this.#latest.put(rows);
    if (this.#count - this.#blocked >= ROWS_PER_BLOCK) this.#makeBlocks();
    for (const follower of this.#followers) if (follower.live) this.#handOn(follower);
  }

  /** Blocks of all rows since the last call, for a checkpoint; `committed` tells when it holds. */
  drain(): readonly RowsDraft[] {
    this.#makeBlocks();
    this.#drained = this.#count;
    return this.#blocks.splice(0);
  }

  /** The checkpoint of the last `drain` is on disk. */
  committed(): void {
    this.#committed = this.#drained;
    let spare = this.#held.reduce((sum, { rows }) => sum + rows.length, 0) - SPARE_ROWS;
    while (this.#held.length > 0) {
      const { first, rows } = this.#held[0]!;
      if (rows.length > spare || first + rows.length - 1 > this.#committed) return;
      spare -= rows.length;
      this.#held.shift();
    }
  }

  /** The checkpoint of the last `drain` failed: its rows go into the next. */
  notCommitted(): void {
    this.#blocks = [];
    this.#blocked = this.#drained = this.#committed;
  }

  state(): HubState {
    return { count: this.#count, latest: this.#latest.all() };
  }

  /** True for keys that had a row at the time. */
  knows(keys: readonly ColumnData[], length: number, atUs: number): boolean[] {
    return this.#latest.has(keys, length, atUs);
  }

  latest(): { readonly rows: readonly SeriesRows[]; readonly upTo: number } {
    const { length, time, columns } = this.#latest.all();
    const rows = { series: this.info.name, first: 0, time, batch: { length, columns } };
    return { rows: length === 0 ? [] : [rows], upTo: this.#count };
  }

  /** Rows after the number, stored ones first; resolves when those are handed over. */
  async follow(afterRow: number, listener: SeriesListener): Promise<{ close(): void }> {
    if (this.#failure) throw this.#failure;
    const follower: Follower = { listener, next: afterRow + 1, live: false };
    this.#followers.add(follower);
    const handle = { close: () => void this.#followers.delete(follower) };
    try {
      await this.#catchUp(follower);
    } catch (error) {
      handle.close();
      throw error;
    }
    return handle;
  }

  /** The pipeline stopped: tells all followers. */
  fail(error: Error): void {
    this.#failure = error;
    for (const { listener } of this.#followers) listener.onFailure(error);
    this.#followers.clear();
  }

  get #firstHeld(): number {
    return this.#held[0]?.first ?? this.#count + 1;
  }

  async #catchUp(follower: Follower): Promise<void> {
    while (this.#followers.has(follower) && follower.next <= this.#count) {
      if (follower.next < this.#firstHeld) await this.#handOnStored(follower);
      else await this.#handOnHeld(follower);
    }
    follower.live = true;
  }

  async #handOnHeld(follower: Follower): Promise<void> {
    const [part] = this.#after(follower.next - 1);
    if (part === undefined) return;
    follower.next = part.first + part.rows.length;
    await follower.listener.onRows(this.#toSeriesRows(part.first, part.rows));
  }

  #handOn(follower: Follower): void {
    try {
      for (const { first, rows } of this.#after(follower.next - 1)) {
        if (!this.#followers.has(follower)) return;
        follower.next = first + rows.length;
        const taken = follower.listener.onRows(this.#toSeriesRows(first, rows));
        if (taken) return void this.#awaitTaken(follower, taken);
      }
    } catch (error) {
      this.#drop(follower, error);
    }
  }

  /** Who has not heard yet that it is up to date takes rows at its own pace. */
  async #awaitTaken(follower: Follower, taken: Promise<void>): Promise<void> {
    follower.live = false;
    try {
      await taken;
      await this.#catchUp(follower);
    } catch (error) {
      this.#drop(follower, error);
    }
  }

  /** A follower that fails ends its own follow, nobody else's. */
  #drop(follower: Follower, error: unknown): void {
    if (!this.#followers.delete(follower)) return;
    follower.listener.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  async #handOnStored(follower: Follower): Promise<void> {
    const wanted = follower.next;
    const columns = [STORED_TIME, ...this.#columns];
    for await (const { first, block } of this.#stored.rows(this.info.name, wanted - 1)) {
      if (first > follower.next) throw rowsGone(this.info.name, follower.next, first);
      let at = first;
      for (
        const { length, columns: [time, ...rest] } of decodeBlock(block, columns, this.#symbols)
      ) {
        const skipped = Math.max(0, follower.next - at);
        if (skipped < length) {
          const number = new Float64Array(0);
          const all = { length, time: time as Float64Array<ArrayBuffer>, number, columns: rest };
          follower.next = at + length;
          await follower.listener.onRows(
            this.#toSeriesRows(at + skipped, sliceRows(all, skipped, length)),
          );
        }
        at += length;
        if (!this.#followers.has(follower)) return;
      }
    }
    if (follower.next === wanted) throw rowsGone(this.info.name, wanted, this.#firstHeld);
  }

  /** Held rows after a number. */
  #after(number: number): HeldRows[] {
    let at = this.#held.length;
    while (at > 0 && this.#held[at - 1]!.first > number + 1) at--;
    return this.#held.slice(Math.max(0, at - 1)).flatMap(({ first, rows }) => {
      const skipped = Math.max(0, number + 1 - first);
      if (skipped >= rows.length) return [];
      return [{ first: first + skipped, rows: sliceRows(rows, skipped, rows.length) }];
    });
  }

  #makeBlocks(): void {
    for (const part of joined(this.#after(this.#blocked))) {
      for (let from = 0; from < part.rows.length; from += ROWS_PER_BLOCK) {
        const to = Math.min(part.rows.length, from + ROWS_PER_BLOCK);
        this.#blocks.push(this.#draft(part.first + from, sliceRows(part.rows, from, to)));
      }
    }
    this.#blocked = this.#count;
  }

  #toSeriesRows(first: number, { length, time, columns }: NumberedRows): SeriesRows {
    const batch: Batch = { length, columns };
    return { series: this.info.name, first, time, batch };
  }

  #draft(first: number, { length, time, columns }: NumberedRows): RowsDraft {
    const batch = { length, columns: [time, ...columns] };
    const block = encodeBlock(batch, [STORED_TIME, ...this.#columns], this.#symbols);
    const [startUs, endUs] = [time[0]!, time[length - 1]!];
    return { series: this.info.name, first, count: length, startUs, endUs, block };
  }
}

function sliceRows(rows: NumberedRows, from: number, to: number): NumberedRows {
  if (from === 0 && to === rows.length) return rows;
  return {
    length: to - from,
    time: rows.time.subarray(from, to),
    number: rows.number.subarray(from, to),
    columns: rows.columns.map((column) => sliceColumn(column, from, to)),
  };
}

/** Rows that follow one another as one, so that small slices do not make small blocks. */
function joined(parts: readonly HeldRows[]): readonly HeldRows[] {
  const [head] = parts;
  if (!head || parts.length === 1) return parts;
  const length = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const join = <T extends ColumnData>(columnOf: (rows: NumberedRows) => T): T =>
    concatColumns(parts.map(({ rows }) => columnOf(rows)), length);
  const rows: NumberedRows = {
    length,
    time: join(({ time }) => time),
    number: join(({ number }) => number),
    columns: head.rows.columns.map((_, place) => join(({ columns }) => columns[place]!)),
  };
  return [{ first: head.first, rows }];
}

function rowsGone(series: string, wanted: number, first: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot go on with "${series}" at row ${wanted}: rows before ${first} are kept no longer`,
    {
      code: "ROWS_GONE",
      hint: "Begin anew with a snapshot, or keep rows longer with retain_rows in the config.",
    },
  );
}
