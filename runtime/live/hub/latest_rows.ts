/** The latest row of every key of a series: what a subscriber begins with, and what a checkpoint keeps. */
import type { Column } from "../../../dsl/mod.ts";
import { asFlat, type ColumnData, createColumn, pickRows } from "../../arrow/mod.ts";
import { SlotTable } from "../../engine/mod.ts";

type Numbers = Float64Array<ArrayBuffer>;
type Places = Int32Array<ArrayBuffer>;

/** Rows of a series: keys first, then its other columns. */
export interface NumberedRows {
  readonly length: number;
  readonly time: Numbers;
  readonly number: Numbers;
  readonly columns: readonly ColumnData[];
}

/** The latest rows, with the time of the first row that each key had. */
export interface LatestState extends NumberedRows {
  /** Missing in what was kept before it was noted: then nobody knows since when. */
  readonly firstUs?: Numbers;
}

const LEAST_TO_COMPACT = 4096;

export class LatestRows {
  readonly #keys: number;
  readonly #table: SlotTable;
  /** By slot of the table: where its latest row stands. */
  #part: Places = new Int32Array(64).fill(-1);
  #row: Places = new Int32Array(64);
  /** By slot: the time of its first row. */
  #firstUs: Numbers = new Float64Array(64);
  #parts: NumberedRows[];
  #slots: Places = new Int32Array(0);

  /** `columns` begin with as many keys as `keys` says. */
  constructor(columns: readonly Column[], keys: number, from?: LatestState) {
    const empty: NumberedRows = {
      length: 0,
      time: new Float64Array(0),
      number: new Float64Array(0),
      columns: columns.map(({ type }) => createColumn(type, 0)),
    };
    this.#keys = keys;
    this.#parts = [empty];
    this.#table = new SlotTable(
      empty.columns.slice(0, keys).map((column) => column instanceof Int32Array),
    );
    if (from) this.#restore(from);
  }

  /** Takes rows in order; later rows of a key replace earlier ones. */
  put(rows: NumberedRows): void {
    if (rows.length === 0) return;
    if (this.#slots.length < rows.length) this.#slots = new Int32Array(rows.length * 2);
    const slots = this.#slots.subarray(0, rows.length);
    this.#table.assign(rows.columns.slice(0, this.#keys).map(asFlat), slots);
    this.#reserve(this.#table.size);
    const part = this.#parts.push(rows) - 1;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i]!;
      if (slot < 0) continue;
      if (this.#part[slot]! < 0) this.#firstUs[slot] = rows.time[i]!;
      this.#part[slot] = part;
      this.#row[slot] = i;
    }
    const held = this.#parts.reduce((sum, { length }) => sum + length, 0);
    if (held > Math.max(LEAST_TO_COMPACT, this.#table.size * 2)) this.#compact();
  }

  /** One row for every key, in the order in which keys were first seen. */
  all(): LatestState {
    if (this.#parts.length > 1) this.#compact();
    const slots = this.#takenSlots();
    return {
      ...this.#parts[0]!,
      firstUs: Float64Array.from(slots, (slot) => this.#firstUs[slot]!),
    };
  }

  /** True for keys that had a row at the time, by row of the key columns. */
  has(keys: readonly ColumnData[], length: number, atUs: number): boolean[] {
    const slots = this.#table.find(keys.map(asFlat), new Int32Array(length));
    return Array.from<number, boolean>(
      slots,
      (slot) => slot > 0 && (this.#part[slot] ?? -1) >= 0 && this.#firstUs[slot]! <= atUs,
    );
  }

  #restore(from: LatestState): void {
    this.put(from);
    for (let i = 0; i < from.length; i++) {
      const slot = this.#slots[i]!;
      if (slot >= 0) this.#firstUs[slot] = from.firstUs?.[i] ?? -Infinity;
    }
  }

  #takenSlots(): number[] {
    const slots: number[] = [];
    for (let slot = 0; slot < this.#table.size; slot++) {
      if (this.#part[slot]! >= 0) slots.push(slot);
    }
    return slots;
  }

  #compact(): void {
    const slots = this.#takenSlots();
    const fromPart = Int32Array.from(slots, (slot) => this.#part[slot]!);
    const fromRow = Int32Array.from(slots, (slot) => this.#row[slot]!);
    const parts = this.#parts;
    const pick = <T extends ColumnData>(columnOf: (rows: NumberedRows) => T): T =>
      pickRows(parts.map(columnOf), fromPart, fromRow);
    this.#parts = [{
      length: slots.length,
      time: pick(({ time }) => time),
      number: pick(({ number }) => number),
      columns: parts[0]!.columns.map((_, place) => pick(({ columns }) => columns[place]!)),
    }];
    slots.forEach((slot, row) => {
      this.#part[slot] = 0;
      this.#row[slot] = row;
    });
  }

  #reserve(size: number): void {
    if (size <= this.#part.length) return;
    const part = new Int32Array(size * 2).fill(-1);
    part.set(this.#part);
    const row = new Int32Array(size * 2);
    row.set(this.#row);
    const firstUs = new Float64Array(size * 2);
    firstUs.set(this.#firstUs);
    [this.#part, this.#row, this.#firstUs] = [part, row, firstUs];
  }
}
