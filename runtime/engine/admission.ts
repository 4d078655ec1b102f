/**
 * Admission: which delivered rows count, and in what order.
 *
 * A1 Decided once per row, in order of delivery, from the rows before it: never from batch boundaries.
 * A2 A row is late if its time is below its entry's largest time seen before it, less the lateness.
 * A3 `release` hands out rows in order of (time, sequence), each once, all below the bound.
 */
import type { Column, Source } from "../../dsl/mod.ts";
import { asFlat, type ColumnData, type FlatColumn } from "./column.ts";
import { mergeParts } from "./operations/exchange.ts";
import { noRows, PendingRows } from "./pending_rows.ts";
import { gatherRows, type NumberColumn, type StreamData } from "./stream_data.ts";
import { uniqueColumns, UniqueRows } from "./unique.ts";

/** Sequence numbers of one data source entry; entries follow one another. */
export const ROWS_PER_ENTRY = 2 ** 40;

/** Beyond it numbers stand for integers, and their order says nothing. */
const MOST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** What was decided about rows when they first came. */
export interface DecidedDelivery {
  /** By row: 0 if it counts, 1 if it is late, else it is malformed or from the future. */
  readonly codes: Float64Array<ArrayBuffer>;
  /** No row that counts and comes later has a time below it. */
  readonly watermarkUs: number;
}

/** A batch as delivered: columns by name, computed ones included. */
export interface DeliveredRows {
  readonly length: number;
  readonly columns: ReadonlyMap<string, ColumnData>;
  readonly file: string;
  /** Number in the file of the batch's first row, from 1. */
  readonly firstRow: number;
  readonly rejected: readonly { readonly row: number; readonly reason: string }[];
  /** Nothing is decided again then. */
  readonly decided?: DecidedDelivery;
}

export interface AdmissionCounts {
  admitted: number;
  late: number;
  malformed: number;
  duplicates: number;
  firstLate?: { readonly file: string; readonly row: number };
  /** The smallest lateness that admits all. */
  latenessToAdmitAllUs: number;
  firstMalformed?: { readonly file: string; readonly row: number; readonly reason: string };
}

interface Entry {
  readonly number: number;
  maxTimeUs: number;
  /** Of an entry whose rows are decided: what its watermark is. */
  decidedUs: number | undefined;
  delivered: number;
  ended: boolean;
  /** Admitted rows that were not handed out. */
  readonly pending: PendingRows;
}

/** Admits the rows of one source. */
export class Admission {
  readonly counts: AdmissionCounts = {
    admitted: 0,
    late: 0,
    malformed: 0,
    duplicates: 0,
    latenessToAdmitAllUs: 0,
  };
  readonly #source: Source;
  readonly #columns: readonly Column[];
  readonly #entries: Entry[];
  readonly #unique: UniqueRows | undefined;

  /** `columns` are handed on, in order; time and sequence come before them. */
  constructor(source: Source, columns: readonly Column[], entries: number) {
    this.#source = source;
    this.#columns = columns;
    this.#unique = source.unique && new UniqueRows(source.unique.withinUs);
    this.#entries = Array.from({ length: entries }, (_, number) => ({
      number,
      maxTimeUs: -Infinity,
      decidedUs: undefined,
      delivered: 0,
      ended: false,
      pending: new PendingRows(),
    }));
  }

  /** No row below it is still to come. */
  get watermarkUs(): number {
    return Math.min(
      ...this.#entries.map((entry) => entry.ended ? Infinity : this.#completeUs(entry)),
    );
  }

  /** The bound below which coming rows could change nothing, the end of the files not counted. */
  get settledUs(): number {
    return Math.min(...this.#entries.map((entry) => this.#completeUs(entry)));
  }

  #completeUs({ maxTimeUs, decidedUs }: Entry): number {
    return decidedUs ?? maxTimeUs - this.#source.latenessUs;
  }

  /** The largest time seen, in rows that count or not: what the watermark follows. */
  get lastTimeUs(): number {
    return Math.max(...this.#entries.map(({ maxTimeUs }) => maxTimeUs));
  }

  /** The least time of the rows that wait; Infinity if none do. */
  get firstPendingUs(): number {
    return Math.min(...this.#entries.map(({ pending }) => pending.firstTimeUs));
  }

  get pendingRows(): number {
    return this.#entries.reduce((sum, { pending }) => sum + pending.length, 0);
  }

  /**
   * The time up to which rows wait in a part of their own, before a batch that came later; -Infinity if none do.
   * To release up to just past it first saves copying that batch behind them.
   */
  get carriedUntilUs(): number {
    return Math.max(-Infinity, ...this.#entries.map(({ pending }) => pending.carriedUntilUs));
  }

  /** The entry that lags most, or undefined when all have ended. */
  get laggard(): number | undefined {
    const open = this.#entries.filter(({ ended }) => !ended);
    return open.reduce<Entry | undefined>(
      (least, entry) => !least || entry.maxTimeUs < least.maxTimeUs ? entry : least,
      undefined,
    )?.number;
  }

  end(entry: number): void {
    this.#entries[entry]!.ended = true;
  }

  /** Takes a batch in. */
  deliver(number: number, rows: DeliveredRows): void {
    const entry = this.#entries[number]!;
    const time = rows.columns.get(this.#source.time) as NumberColumn;
    const all: StreamData = {
      length: rows.length,
      time,
      sequence: this.#sequenceOf(entry, rows),
      columns: this.#columns.map(({ name }) => rows.columns.get(name)!),
    };
    if (rows.decided) return this.#take(entry, all, rows.decided);
    const ascendsTo = this.#admitsAll(entry, rows, time);
    entry.delivered += rows.length;
    if (ascendsTo !== undefined) {
      entry.maxTimeUs = ascendsTo;
      this.counts.admitted += rows.length;
      entry.pending.append(all);
      return;
    }
    const admitted = this.#admit(entry, rows, time);
    this.counts.admitted += admitted.length;
    entry.pending.insert(admitted.length === rows.length ? all : gatherRows(all, admitted), {
      named: this.#source.sequence !== undefined,
    });
  }

  /** Takes rows as they were decided. */
  #take(entry: Entry, all: StreamData, { codes, watermarkUs }: DecidedDelivery): void {
    const admitted = new Int32Array(all.length);
    let count = 0;
    for (let i = 0; i < all.length; i++) {
      const code = codes[i]!;
      if (code === 0) {
        admitted[count++] = i;
        if (all.time[i]! > entry.maxTimeUs) entry.maxTimeUs = all.time[i]!;
      } else if (code === 1) this.counts.late++;
      else this.counts.malformed++;
    }
    entry.delivered += all.length;
    entry.decidedUs = Math.max(entry.decidedUs ?? -Infinity, watermarkUs);
    this.counts.admitted += count;
    const rows = count === all.length ? all : gatherRows(all, admitted.subarray(0, count));
    entry.pending.insert(rows, { named: this.#source.sequence !== undefined });
  }

  /** The largest time if every row counts and the rows go on in order, which most batches do. */
  #admitsAll(entry: Entry, rows: DeliveredRows, time: NumberColumn): number | undefined {
    const { keys, sequence } = this.#source;
    if (rows.length === 0 || rows.rejected.length > 0 || sequence !== undefined) return undefined;
    let last = entry.maxTimeUs;
    for (let i = 0; i < time.length; i++) {
      const t = time[i]!;
      if (!(t >= last)) return undefined;
      last = t;
    }
    return keys.every((name) => hasNoNulls(asFlat(rows.columns.get(name)!))) ? last : undefined;
  }

  /** All admitted rows below the bound that were not handed out yet. */
  release(boundUs: number): StreamData {
    const parts = this.#entries.flatMap(({ pending }) => pending.takeBefore(boundUs) ?? []);
    const rows = parts.length > 1 ? mergeParts(parts) : parts[0];
    return rows ? this.#withoutRepeats(rows) : noRows(this.#columns);
  }

  /** Decided in the final order, so that the order of arrival cannot matter. */
  #withoutRepeats(rows: StreamData): StreamData {
    if (!this.#unique) return rows;
    const kept = this.#unique.keep(uniqueColumns(this.#source, this.#columns, rows), rows.time);
    const repeats = rows.length - kept.length;
    this.counts.duplicates += repeats;
    this.counts.admitted -= repeats;
    return repeats === 0 ? rows : gatherRows(rows, kept);
  }

  #sequenceOf(entry: Entry, rows: DeliveredRows): NumberColumn {
    const base = entry.number * ROWS_PER_ENTRY + entry.delivered + 1;
    const sequence = new Float64Array(rows.length);
    for (let i = 0; i < sequence.length; i++) sequence[i] = base + i;
    const named = this.#source.sequence;
    if (named === undefined) return sequence;
    const marked = rows.columns.get(named) as NumberColumn;
    for (let i = 0; i < sequence.length; i++) if (marked[i] === marked[i]) sequence[i] = marked[i]!;
    return sequence;
  }

  /** Row numbers of the batch that count. */
  #admit(
    entry: Entry,
    rows: DeliveredRows,
    time: NumberColumn,
  ): Int32Array {
    const { latenessUs } = this.#source;
    const admitted = new Int32Array(rows.length);
    const keys = this.#source.keys.map((name) => asFlat(rows.columns.get(name)!));
    const rejected = new Map(rows.rejected.map(({ row, reason }) => [row, reason]));
    const { sequence: named } = this.#source;
    const sequence = named === undefined ? undefined : rows.columns.get(named) as NumberColumn;
    let max = entry.maxTimeUs;
    let count = 0;
    for (let i = 0; i < rows.length; i++) {
      const t = time[i]!;
      if (
        t !== t || (rejected.size > 0 && rejected.has(i)) ||
        isNullKey(keys, i) || (sequence !== undefined && sequence[i]! > MOST_SEQUENCE)
      ) {
        if (t > max) max = t;
        this.#refuse(rows, i, rejected.get(i) ?? this.#whyMalformed(keys, i, t));
        continue;
      }
      if (t < max - latenessUs) {
        this.#countLate(rows, i, max - t);
        continue;
      }
      if (t > max) max = t;
      admitted[count++] = i;
    }
    entry.maxTimeUs = max;
    return admitted.subarray(0, count);
  }

  #whyMalformed(keys: readonly FlatColumn[], i: number, time: number): string {
    if (time !== time) return `the time "${this.#source.time}" is missing`;
    if (!keys.some((column) => isNullKey([column], i))) {
      return `the sequence "${this.#source.sequence}" is beyond 2^53 - 1`;
    }
    const key = this.#source.keys[keys.findIndex((column) => isNullKey([column], i))];
    return `the key "${key}" is missing`;
  }

  #refuse(rows: DeliveredRows, i: number, reason: string): void {
    this.counts.malformed++;
    this.counts.firstMalformed ??= { file: rows.file, row: rows.firstRow + i, reason };
  }

  #countLate(rows: DeliveredRows, i: number, latenessUs: number): void {
    const { counts } = this;
    counts.late++;
    counts.firstLate ??= { file: rows.file, row: rows.firstRow + i };
    counts.latenessToAdmitAllUs = Math.max(counts.latenessToAdmitAllUs, latenessUs);
  }
}

function hasNoNulls(column: FlatColumn): boolean {
  if (column instanceof Int32Array) {
    for (let i = 0; i < column.length; i++) if (column[i]! < 0) return false;
  } else {
    for (let i = 0; i < column.length; i++) if (column[i] !== column[i]) return false;
  }
  return true;
}

function isNullKey(keys: readonly FlatColumn[], i: number): boolean {
  for (let j = 0; j < keys.length; j++) {
    const column = keys[j]!;
    const value = column[i]!;
    if (column instanceof Int32Array ? value < 0 : value !== value) return true;
  }
  return false;
}
