/**
 * Admission: which delivered rows count, and in what order.
 *
 * A1 Decided once per row, in order of delivery, from the rows before it: never from batch boundaries.
 * A2 A row is late if its time is below its entry's largest time seen before it, less the lateness.
 * A3 `release` hands out rows in order of (time, sequence), each once, all below the bound.
 */
import type { Column, Source } from "../../dsl/mod.ts";
import { asFlat, type ColumnData, createColumn, type FlatColumn } from "./column.ts";
import { mergeParts } from "./operations/exchange.ts";
import { isAscending, orderByTime, orderTiesBySequence } from "./sort.ts";
import {
  concatRows,
  copyRows,
  EMPTY,
  firstAtLeast,
  gatherRows,
  type NumberColumn,
  sliceRows,
  type StreamData,
} from "./stream_data.ts";
import { UniqueRows } from "./unique.ts";

/** Sequence numbers of one data source entry; entries follow one another. */
export const ROWS_PER_ENTRY = 2 ** 40;

/** Beyond it numbers stand for integers, and their order says nothing. */
const MOST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** A batch as delivered: columns by name, computed ones included. */
export interface DeliveredRows {
  readonly length: number;
  readonly columns: ReadonlyMap<string, ColumnData>;
  readonly file: string;
  /** Number in the file of the batch's first row, from 1. */
  readonly firstRow: number;
  readonly rejected: readonly { readonly row: number; readonly reason: string }[];
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
  delivered: number;
  ended: boolean;
  /** Admitted rows that were not handed out, in order over all parts. */
  parts: StreamData[];
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
      delivered: 0,
      ended: false,
      parts: [],
    }));
  }

  /** No row below it is still to come. */
  get watermarkUs(): number {
    return Math.min(
      ...this.#entries.map(({ ended, maxTimeUs }) =>
        ended ? Infinity : maxTimeUs - this.#source.latenessUs
      ),
    );
  }

  /** The bound below which coming rows could change nothing, the end of the files not counted. */
  get settledUs(): number {
    return Math.min(...this.#entries.map(({ maxTimeUs }) => maxTimeUs - this.#source.latenessUs));
  }

  /** The largest time seen, in rows that count or not: what the watermark follows. */
  get lastTimeUs(): number {
    return Math.max(...this.#entries.map(({ maxTimeUs }) => maxTimeUs));
  }

  get pendingRows(): number {
    return this.#entries.flatMap(({ parts }) => parts).reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * The time up to which rows wait in a part of their own, before a batch that came later; -Infinity if none do.
   * To release up to just past it first saves copying that batch behind them.
   */
  get carriedUntilUs(): number {
    return Math.max(
      -Infinity,
      ...this.#entries.flatMap(({ parts }) => parts.slice(0, -1).map(lastTime)),
    );
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
    const ascendsTo = this.#admitsAll(entry, rows, time);
    entry.delivered += rows.length;
    if (ascendsTo !== undefined) {
      entry.maxTimeUs = ascendsTo;
      this.counts.admitted += rows.length;
      entry.parts.push(all);
      return;
    }
    const admitted = this.#admit(entry, rows, time);
    this.counts.admitted += admitted.length;
    this.#insert(entry, admitted.length === rows.length ? all : gatherRows(all, admitted));
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
    const parts = this.#entries.map((entry) => takeBefore(entry, boundUs))
      .filter(({ length }) => length > 0);
    const rows = parts.length > 1 ? mergeParts(parts) : parts[0];
    if (rows) return this.#withoutRepeats(rows);
    return { ...EMPTY, columns: this.#columns.map(({ type }) => createColumn(type, 0)) };
  }

  /** Decided in the final order, so that the order of arrival cannot matter. */
  #withoutRepeats(rows: StreamData): StreamData {
    const { unique } = this.#source;
    if (!unique || !this.#unique) return rows;
    const columns = unique.columns.map((name) =>
      name === this.#source.time
        ? rows.time
        : rows.columns[this.#columns.findIndex((column) => column.name === name)]!
    );
    const kept = this.#unique.keep(columns, rows.time);
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

  /** Puts rows among those that wait; a named sequence may disagree with the order of delivery. */
  #insert(entry: Entry, fresh: StreamData): void {
    if (fresh.length === 0) return;
    const all = concatRows([...entry.parts, fresh]);
    const named = this.#source.sequence !== undefined;
    if (!named && isAscending(all.time, all.length)) {
      entry.parts = [all];
      return;
    }
    const rows = orderByTime(all.time, all.length);
    if (named) orderTiesBySequence(rows, all.time, all.sequence);
    entry.parts = [gatherRows(all, rows)];
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

function lastTime({ time, length }: StreamData): number {
  return time[length - 1]!;
}

function isNullKey(keys: readonly FlatColumn[], i: number): boolean {
  for (let j = 0; j < keys.length; j++) {
    const column = keys[j]!;
    const value = column[i]!;
    if (column instanceof Int32Array ? value < 0 : value !== value) return true;
  }
  return false;
}

/** Rows below the bound, as one part; buffers of what is handed out belong to the taker alone. */
function takeBefore(entry: Entry, boundUs: number): StreamData {
  const taken: StreamData[] = [];
  while (entry.parts.length > 0) {
    const part = entry.parts[0]!;
    const count = firstAtLeast(part.time, part.length, boundUs);
    if (count < part.length) {
      if (count > 0) taken.push(splitPart(entry, count));
      break;
    }
    taken.push(part);
    entry.parts.shift();
  }
  return concatRows(taken);
}

/** Takes the first rows of the first part; the smaller side is copied, so that each side has its own buffers. */
function splitPart(entry: Entry, count: number): StreamData {
  const part = entry.parts[0]!;
  const [head, rest] = [sliceRows(part, 0, count), sliceRows(part, count, part.length)];
  const copiesHead = count * 2 < part.length;
  entry.parts[0] = copiesHead ? rest : copyRows(rest);
  return copiesHead ? copyRows(head) : head;
}
