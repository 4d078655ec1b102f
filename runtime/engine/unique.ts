/** `unique by … within d`: finds rows that repeat an earlier kept row of nearly the same time. */
import type { Column, Source } from "../../dsl/mod.ts";
import { asFlat, type ColumnData, type FlatColumn } from "./column.ts";
import { SlotTable } from "./slots.ts";
import { gather, type NumberColumn, type StreamData } from "./stream_data.ts";

const SWEEP_SIZE = 65_536;

/** The tuples known, and when each was last kept. */
export interface UniqueSnapshot {
  readonly keys: readonly FlatColumn[];
  readonly keptUs: NumberColumn;
}

/** Sees a source's rows in their final order. Memory follows the tuples of the last `within`. */
export class UniqueRows {
  readonly #withinUs: number;
  #table: SlotTable | undefined;
  /** Time of each tuple's last kept row. */
  #keptUs = new Float64Array(0);
  #sweepAt = SWEEP_SIZE;

  constructor(withinUs: number) {
    this.#withinUs = withinUs;
  }

  /** Numbers of the rows to keep. Here a null equals a null. */
  keep(columns: readonly ColumnData[], time: NumberColumn): Int32Array {
    const keys = columns.map((column) => withoutNulls(asFlat(column)));
    const table = this.#table ??= tableFor(keys);
    const slots = new Int32Array(time.length);
    table.assign(keys, slots);
    this.#reserve(table.size);
    const kept = new Int32Array(time.length);
    let count = 0;
    for (let i = 0; i < time.length; i++) {
      const slot = slots[i]!;
      if (time[i]! - this.#keptUs[slot]! <= this.#withinUs) continue;
      this.#keptUs[slot] = time[i]!;
      kept[count++] = i;
    }
    if (table.size > this.#sweepAt) this.#sweep(table, time[time.length - 1]!);
    return kept.subarray(0, count);
  }

  /** What `keep` would say, which is forgotten. */
  wouldKeep(columns: readonly ColumnData[], time: NumberColumn): Int32Array {
    const keys = columns.map((column) => withoutNulls(asFlat(column)));
    const known = this.#table?.find(keys, new Int32Array(time.length));
    const aside = new UniqueRows(this.#withinUs);
    aside.#table = tableFor(keys);
    const slots = aside.#table.assign(keys, new Int32Array(time.length));
    aside.#reserve(aside.#table.size);
    known?.forEach((slot, i) => {
      if (slot > 0) aside.#keptUs[slots[i]!] = this.#keptUs[slot]!;
    });
    return aside.keep(columns, time);
  }

  /** Undefined before the first row. */
  snapshot(): UniqueSnapshot | undefined {
    if (!this.#table) return undefined;
    const { keys } = this.#table.snapshot();
    return { keys, keptUs: this.#keptUs.slice(1, this.#table.size) };
  }

  /** Only before the first row. */
  restore({ keys, keptUs }: UniqueSnapshot): void {
    this.#table = tableFor(keys);
    this.#table.assign(keys, new Int32Array(keptUs.length));
    this.#reserve(this.#table.size);
    this.#keptUs.set(keptUs, 1);
    this.#sweepAt = Math.max(SWEEP_SIZE, this.#table.size * 2);
  }

  #reserve(size: number): void {
    if (size <= this.#keptUs.length) return;
    const grown = new Float64Array(Math.max(size, this.#keptUs.length * 2)).fill(-Infinity);
    grown.set(this.#keptUs);
    this.#keptUs = grown;
  }

  /** Forgets tuples that no coming row can repeat. */
  #sweep(old: SlotTable, nowUs: number): void {
    const live = Int32Array.from({ length: old.size - 1 }, (_, i) => i + 1)
      .filter((slot) => nowUs - this.#keptUs[slot]! <= this.#withinUs);
    const keys = old.keys.map((key) => gather(key, live));
    const times = gather(this.#keptUs, live);
    const table = tableFor(keys);
    const slots = new Int32Array(live.length);
    table.assign(keys, slots);
    this.#keptUs = new Float64Array(table.size).fill(-Infinity);
    for (let i = 0; i < slots.length; i++) this.#keptUs[slots[i]!] = times[i]!;
    this.#table = table;
    this.#sweepAt = Math.max(SWEEP_SIZE, live.length * 2);
  }
}

/** The columns by which a source's rows repeat one another; `columns` are those of the rows. */
export function uniqueColumns(
  { unique, time }: Source,
  columns: readonly Column[],
  rows: StreamData,
): readonly ColumnData[] {
  return (unique?.columns ?? []).map((name) =>
    name === time ? rows.time : rows.columns[columns.findIndex((column) => column.name === name)]!
  );
}

function tableFor(keys: readonly ColumnData[]): SlotTable {
  return new SlotTable(keys.map((key) => key instanceof Int32Array));
}

/** Stand-ins for null, which a slot table would refuse; no column holds them. */
const NULL_CODE = 0x7fffffff;
const NULL_NUMBER = -Number.MAX_VALUE;

/** Codes go in as numbers: the stand-in is no index for a table of codes. */
function withoutNulls(column: FlatColumn): FlatColumn {
  const numbers = new Float64Array(column.length);
  const stand = column instanceof Int32Array ? NULL_CODE : NULL_NUMBER;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    const isNull = column instanceof Int32Array ? value < 0 : value !== value;
    numbers[i] = isNull ? stand : value;
  }
  return numbers;
}
