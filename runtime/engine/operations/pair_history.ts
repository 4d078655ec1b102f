/** One side of an interval join: the rows that may still find partners, linked by key from the newest back. */
import { type ColumnData, concatColumns, copyColumn, gather } from "../column.ts";
import type { NumberColumn } from "../stream_data.ts";

type Slots = Int32Array<ArrayBuffer>;

/** Rows that come, with the slot of their key; -1 for a null key, which meets nobody. */
export interface SideRows {
  readonly length: number;
  readonly time: NumberColumn;
  readonly sequence: NumberColumn;
  readonly columns: readonly ColumnData[];
  readonly slots: Slots;
}

export class PairHistory {
  length = 0;
  /** The first row that is not linked yet. */
  fresh = 0;
  time: NumberColumn = new Float64Array(0);
  sequence: NumberColumn = new Float64Array(0);
  slots: Slots = new Int32Array(0);
  columns: readonly ColumnData[] = [];
  /** The row of the same key before each. */
  #previous: Slots = new Int32Array(0);
  /** The newest linked row of each slot. */
  #newest: Slots = new Int32Array(0);

  /** Adds rows after dropping those that can meet nobody any more: older than what was `sinceUs` before. */
  append(rows: SideRows, sinceUs: number, tableSize: number): void {
    let first = 0;
    while (first < this.length && this.time[first]! < this.#sinceUs) first++;
    this.#sinceUs = sinceUs;
    const kept = Int32Array.from({ length: this.length - first }, (_, i) => first + i);
    // Copies, for the buffers of a slice are freed when it has run.
    const length = kept.length + rows.length;
    const join = <T extends ColumnData>(old: T | undefined, fresh: T): T =>
      !old || kept.length === 0
        ? copyColumn(fresh)
        : concatColumns([gather(old, kept), fresh], length);
    this.time = join(this.time, rows.time);
    this.sequence = join(this.sequence, rows.sequence);
    this.slots = join(this.slots, rows.slots);
    this.columns = rows.columns.map((column, place) => join(this.columns[place], column));
    this.length = length;
    this.#relink(kept.length, tableSize);
  }

  #sinceUs = -Infinity;

  #relink(count: number, tableSize: number): void {
    this.#previous = new Int32Array(this.length);
    this.#newest = new Int32Array(tableSize).fill(-1);
    this.fresh = 0;
    for (let row = 0; row < count; row++) this.link(row);
  }

  /** From now on the row can be met. */
  link(row: number): void {
    const slot = this.slots[row]!;
    this.fresh = row + 1;
    if (slot < 0) return;
    this.#previous[row] = this.#newest[slot]!;
    this.#newest[slot] = row;
  }

  /** Visits the linked rows of a slot with fromUs <= time <= toUs, from the newest back. */
  forEachMatch(slot: number, fromUs: number, toUs: number, visit: (row: number) => void): void {
    if (slot < 0) return;
    for (let row = this.#newest[slot] ?? -1; row >= 0; row = this.#previous[row]!) {
      const t = this.time[row]!;
      if (t < fromUs) return;
      if (t <= toUs) visit(row);
    }
  }

  snapshot() {
    return {
      length: this.length,
      time: this.time.slice(),
      sequence: this.sequence.slice(),
      slots: this.slots.slice(),
      columns: this.columns.map(copyColumn),
      sinceUs: this.#sinceUs,
    };
  }

  restore(
    { length, time, sequence, slots, columns, sinceUs }: ReturnType<PairHistory["snapshot"]>,
  ): void {
    Object.assign(this, { length, time, sequence, slots, columns });
    this.#sinceUs = sinceUs;
    const size = slots.reduce((most, slot) => Math.max(most, slot), -1) + 1;
    this.#relink(length, size);
  }
}
