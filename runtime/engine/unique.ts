/** `unique by … within d`: finds rows that repeat an admitted row of nearly the same time. */
import type { ColumnData } from "./column.ts";
import { SlotTable } from "./slots.ts";

interface Bucket {
  readonly table: SlotTable;
  times: Float64Array<ArrayBuffer>;
}

/**
 * Remembers admitted rows by stretches of time as long as `within`, so that a stretch holds a tuple at most
 * once and whole stretches can be forgotten.
 */
export class UniqueRows {
  readonly #withinUs: number;
  readonly #stretchUs: number;
  readonly #buckets = new Map<number, Bucket>();

  constructor(withinUs: number) {
    this.#withinUs = withinUs;
    this.#stretchUs = Math.max(withinUs, 1);
  }

  /** True if row i repeats an admitted row; else it is remembered. Here a null equals a null. */
  isRepeat(columns: readonly ColumnData[], i: number, timeUs: number): boolean {
    const row = columns.map((column) => cellOf(column, i));
    const stretch = Math.floor(timeUs / this.#stretchUs);
    for (let near = stretch - 1; near <= stretch + 1; near++) {
      const bucket = this.#buckets.get(near);
      const slot = bucket?.table.find(row, 1)[0] ?? 0;
      if (bucket && slot > 0 && Math.abs(bucket.times[slot]! - timeUs) <= this.#withinUs) return true;
    }
    this.#remember(row, stretch, timeUs);
    return false;
  }

  /** Forgets what no coming row can repeat. */
  advance(watermarkUs: number): void {
    const oldest = Math.floor((watermarkUs - this.#withinUs) / this.#stretchUs) - 1;
    for (const stretch of this.#buckets.keys()) {
      if (stretch < oldest) this.#buckets.delete(stretch);
    }
  }

  #remember(row: readonly ColumnData[], stretch: number, timeUs: number): void {
    const bucket = this.#buckets.get(stretch) ?? {
      table: new SlotTable(row.map((column) => column instanceof Int32Array)),
      times: new Float64Array(16),
    };
    this.#buckets.set(stretch, bucket);
    const slot = bucket.table.assign(row, 1)[0]!;
    if (slot >= bucket.times.length) {
      const times = new Float64Array(bucket.times.length * 2);
      times.set(bucket.times);
      bucket.times = times;
    }
    bucket.times[slot] = timeUs;
  }
}

/** Stand-ins for null, which the table would refuse; no column holds them. */
const NULL_CODE = 0x7fffffff;
const NULL_NUMBER = -Number.MAX_VALUE;

function cellOf(column: ColumnData, i: number): ColumnData {
  const value = column[i]!;
  if (column instanceof Int32Array) return Int32Array.of(value < 0 ? NULL_CODE : value);
  return Float64Array.of(value === value ? value : NULL_NUMBER);
}
