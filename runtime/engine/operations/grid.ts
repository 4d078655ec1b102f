/** The grid spine: at every multiple of its step, all keys that have had a row by then, in key order. */
import type { Operation } from "../../../dsl/mod.ts";
import { asFlat, type ColumnData } from "../column.ts";
import type { KeyKind } from "../key_kinds.ts";
import { gather, type StreamData } from "../stream_data.ts";
import { type Operator, type OperatorContext, streamOf } from "./operation.ts";
import { endless } from "./queries.ts";

type Slots = Int32Array<ArrayBuffer>;

export function createGridOperator(
  operation: Extract<Operation, { kind: "grid" }>,
  context: OperatorContext,
  kinds: readonly KeyKind[],
): Operator {
  const { everyUs, fromUs, untilUs } = operation;
  const { table, order } = context.tableOf(kinds);
  const pins = operation.pins.map(({ column, value }) => ({
    column,
    value: context.codeOf(value),
  }));
  const seen = new SeenKeys((slots) => order.sort(slots));
  let next = Math.ceil(fromUs / everyUs) * everyUs;
  return {
    run(slice) {
      const rows = streamOf(slice, operation.input);
      const { slots } = slice.slotsOf(operation.input, operation.keys, true);
      const pinned = pins.map(({ column, value }) => ({
        column: asFlat(rows.columns[column]!),
        value,
      }));
      const counts = (row: number) =>
        slots[row]! >= 0 && pinned.every(({ column, value }) => column[row] === value);
      const out = new GridRows();
      // The last slice is open-ended, but no key can appear after its last row.
      const end = Math.min(untilUs, slice.untilUs === Infinity ? untilUs : slice.untilUs);
      let row = 0;
      if (seen.isEmpty) {
        while (row < rows.length && !counts(row)) row++;
        const firstUs = row < rows.length ? rows.time[row]! : slice.untilUs;
        next = Math.max(next, Math.ceil(firstUs / everyUs) * everyUs + 0);
      }
      for (; next < end; next += everyUs) {
        while (row < rows.length && rows.time[row]! <= next) {
          if (counts(row)) seen.add(slots[row]!);
          row++;
        }
        out.push(next, seen.inOrder());
      }
      for (; row < rows.length; row++) {
        if (counts(row)) seen.add(slots[row]!);
      }
      slice.streams[operation.output] = out.finish(table.keys);
    },
    snapshot: (): GridSnapshot => ({ next, seen: seen.inOrder().slice() }),
    restore(from) {
      const snapshot = from as GridSnapshot;
      next = snapshot.next;
      for (const slot of snapshot.seen) seen.add(slot);
    },
  };
}

interface GridSnapshot {
  readonly next: number;
  readonly seen: Slots;
}

/** Keys that have had a row, kept in key order. */
class SeenKeys {
  readonly #sort: (slots: Slots) => void;
  #flags = new Uint8Array(64);
  #ordered: Slots = new Int32Array(0);
  #fresh: number[] = [];

  constructor(sort: (slots: Slots) => void) {
    this.#sort = sort;
  }

  get isEmpty(): boolean {
    return this.#ordered.length + this.#fresh.length === 0;
  }

  add(slot: number): void {
    if (slot >= this.#flags.length) {
      const flags = new Uint8Array(Math.max(slot + 1, this.#flags.length * 2));
      flags.set(this.#flags);
      this.#flags = flags;
    }
    if (this.#flags[slot] === 1) return;
    this.#flags[slot] = 1;
    this.#fresh.push(slot);
  }

  inOrder(): Slots {
    if (this.#fresh.length > 0) {
      const all: Slots = new Int32Array(this.#ordered.length + this.#fresh.length);
      all.set(this.#ordered);
      all.set(this.#fresh, this.#ordered.length);
      this.#sort(all);
      this.#ordered = all;
      this.#fresh = [];
    }
    return this.#ordered;
  }
}

/** Collects grid rows; each step's slots are copied because the order grows between steps. */
class GridRows {
  readonly #steps: { readonly time: number; readonly slots: Slots }[] = [];
  #length = 0;

  push(time: number, slots: Slots): void {
    if (slots.length === 0) return;
    this.#steps.push({ time, slots });
    this.#length += slots.length;
  }

  finish(keys: readonly ColumnData[]): StreamData {
    const time = new Float64Array(this.#length);
    const slots: Slots = new Int32Array(this.#length);
    let at = 0;
    for (const step of this.#steps) {
      time.fill(step.time, at, at + step.slots.length);
      slots.set(step.slots, at);
      at += step.slots.length;
    }
    return {
      length: this.#length,
      time,
      sequence: endless(this.#length).slice(),
      columns: keys.map((key) => gather(key, slots)),
    };
  }
}
