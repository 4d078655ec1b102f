/** Queries at multiples of a step for the keys that are live then, and rows made of their answers. */
import type { Operation } from "../../../dsl/mod.ts";
import { type ColumnData, type FlatColumn, gather } from "../column.ts";
import type { KeyKind } from "../key_kinds.ts";
import type { SlotOrder, SlotTable } from "../slots_of_site.ts";
import type { NumberColumn, StreamData } from "../stream_data.ts";
import { type Operator, type OperatorContext, type Slice, streamOf } from "./operation.ts";
import { refuseTooMany } from "./feature_error.ts";
import { endless } from "./queries.ts";
import { AFTER_EVENTS } from "../rank.ts";
import { readColumns } from "./reads.ts";
import { WatchedKeys } from "./watched_keys.ts";

type TicksOperation = Extract<Operation, { kind: "ticks" }>;

/** What a ticks operator keeps from slice to slice. */
interface TicksSnapshot {
  readonly next: number;
  readonly keys: ReturnType<WatchedKeys["snapshot"]>;
}

export function createTicksOperator(
  operation: TicksOperation,
  context: OperatorContext,
  kinds: readonly KeyKind[],
): Operator {
  const { table, order } = context.tableOf(kinds);
  return new TicksOperator(operation, table, order);
}

class TicksOperator implements Operator {
  readonly #operation: TicksOperation;
  readonly #table: SlotTable;
  readonly #keys: WatchedKeys;
  /** From the moment that is asked back to this age a key is watched. */
  readonly #watchedUs: number;
  /** The next multiple; NaN before the first row. */
  #next = NaN;

  constructor(operation: TicksOperation, table: SlotTable, order: SlotOrder) {
    this.#operation = operation;
    this.#table = table;
    this.#keys = new WatchedKeys((slots) => order.sort(slots));
    const { liveUs, changesUs, keepsUs, stepUs } = operation;
    this.#watchedUs = Math.max(liveUs, keepsUs, ...changesUs.map((age) => age + stepUs));
  }

  run(slice: Slice): void {
    const { feature, input, keys, stepUs, closes, output } = this.#operation;
    const rows = streamOf(slice, input);
    const { slots } = slice.slotsOf(input, keys, true);
    const back = closes ? 1 : 0;
    const out = new Ticks();
    let row = 0;
    for (;;) {
      if (this.#keys.size === 0) {
        while (row < rows.length && slots[row]! < 0) row++;
        if (row >= rows.length) break;
        this.#next = this.#firstAfter(rows.time[row]! + back);
      }
      if (!this.#isDue(slice)) break;
      const asked = this.#next - back;
      refuseTooMany(out.length, { feature, what: "TICKS", timeUs: asked });
      while (row < rows.length && rows.time[row]! <= asked) {
        if (slots[row]! >= 0) this.#keys.saw(slots[row]!, rows.time[row]!);
        row++;
      }
      this.#tick(asked, out);
      this.#next += stepUs;
    }
    for (; row < rows.length; row++) {
      if (slots[row]! >= 0) this.#keys.saw(slots[row]!, rows.time[row]!);
    }
    slice.streams[output] = out.finish(this.#table.keys);
  }

  #firstAfter(timeUs: number): number {
    const { stepUs, offsetUs } = this.#operation;
    return Math.ceil((timeUs - offsetUs) / stepUs) * stepUs + offsetUs;
  }

  /** Every row that a tick asks for has come, and it is not past the end. */
  #isDue({ untilUs, isLast, lastTimesUs }: Slice): boolean {
    if (!isLast) return this.#next < untilUs && this.#next <= this.#operation.untilUs;
    const last = Math.max(...(lastTimesUs ?? []).filter(Number.isFinite));
    const isEndless = this.#watchedUs === Infinity && this.#operation.untilUs === Infinity;
    return this.#next <= (isEndless ? last : this.#operation.untilUs);
  }

  #tick(asked: number, out: Ticks): void {
    const { liveUs, changesUs, keepsUs, stepUs } = this.#operation;
    this.#keys.forEach(asked - this.#watchedUs, (slot, lastUs) => {
      const age = asked - lastUs;
      const isLive = age <= liveUs;
      if (isLive || age <= keepsUs || changesUs.some((at) => age > at && age <= at + stepUs)) {
        out.push(asked, slot, isLive);
      }
    });
  }

  snapshot(): TicksSnapshot {
    return { next: this.#next, keys: this.#keys.snapshot() };
  }

  restore(snapshot: unknown): void {
    const { next, keys } = snapshot as TicksSnapshot;
    this.#next = next;
    this.#keys.restore(keys);
  }
}

/** Ticks of a slice, in order. */
class Ticks {
  #time: NumberColumn = new Float64Array(64);
  #slots = new Int32Array(64);
  #live: NumberColumn = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(timeUs: number, slot: number, isLive: boolean): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#time[this.#length] = timeUs;
    this.#slots[this.#length] = slot;
    this.#live[this.#length++] = isLive ? 1 : 0;
  }

  #grow(): void {
    const room = this.#slots.length * 2;
    const [time, slots, live] = [this.#time, this.#slots, this.#live];
    [this.#time, this.#slots, this.#live] = [
      new Float64Array(room),
      new Int32Array(room),
      new Float64Array(room),
    ];
    this.#time.set(time);
    this.#slots.set(slots);
    this.#live.set(live);
  }

  finish(keys: readonly FlatColumn[]): StreamData {
    const length = this.#length;
    const slots = this.#slots.subarray(0, length);
    return {
      length,
      time: this.#time.slice(0, length),
      sequence: endless(length).slice(),
      columns: [...keys.map((key) => gather(key, slots)), this.#live.slice(0, length)],
    };
  }
}

/** Answered ticks as rows: of windows that closed before all rows of their time, else after them. */
export function createEmitOperator(
  { ticks, live, closes, columns, all, output }: Extract<Operation, { kind: "emit" }>,
): Operator {
  return {
    run(slice) {
      const { length, time, columns: own } = streamOf(slice, ticks);
      const rows = all ? every(length) : liveRows(own[live] as NumberColumn, length);
      const at = gather(time, rows);
      if (closes) { for (let i = 0; i < at.length; i++) at[i] = at[i]! + 1; }
      slice.streams[output] = {
        length: rows.length,
        time: at,
        sequence: new Float64Array(rows.length).fill(closes ? -Infinity : AFTER_EVENTS),
        columns: readColumns(slice, columns).map((column): ColumnData => gather(column, rows)),
      };
    },
  };
}

function every(length: number): Int32Array {
  return Int32Array.from({ length }, (_, i) => i);
}

function liveRows(live: NumberColumn, length: number): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) if (live[i] === 1) rows[count++] = i;
  return rows.subarray(0, count);
}
