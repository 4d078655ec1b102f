/** Packed values on their way to columns and to slots. */
import type { ValueType } from "../../dsl/types.ts";
import { type ColumnData, isPacked } from "./column.ts";
import { type PackedHeap, type PackedSlots, sizeOf } from "../kernel/mod.ts";

/** Up to so many words a loop is faster than a call. */
const SHORT_RUN = 32;

/** Functions that put a value into the heap, if it is elsewhere, and say where its header stands; -1 for null. */
export function keepers(heap: PackedHeap): {
  keepWhole(address: number, words: Float64Array): number;
  keepPart(type: ValueType, address: number, words: Float64Array): number;
} {
  const copy = (address: number, words: Float64Array, size: number): number => {
    const made = heap.alloc(size);
    const out = heap.words;
    if (size > SHORT_RUN) out.set(words.subarray(address, address + size), made);
    else for (let j = 0; j < size; j++) out[made + j] = words[address + j]!;
    return made - 1;
  };
  return {
    keepWhole(address, words) {
      if (address === 0) return -1;
      return words === heap.words ? address - 1 : copy(address, words, words[address - 1]! - 1);
    },
    keepPart(type, address, words) {
      return address === 0 ? -1 : copy(address, words, sizeOf(type, words, address));
    },
  };
}

export function storePacked(
  slots: PackedSlots,
  index: number,
  type: ValueType,
  address: number,
  words: Float64Array,
): void {
  slots.set(index, words, address, address === 0 ? 0 : sizeOf(type, words, address));
}

/** Groups of columns whose starts one call of a kernel has written, with the words they point into. */
export function withWords<T extends readonly (readonly ColumnData[])[]>(
  groups: readonly [...T],
  words: () => Float64Array<ArrayBuffer>,
): { [K in keyof T]: readonly ColumnData[] } {
  const all = groups.some((columns) => columns.some(isPacked)) ? words() : undefined;
  const filled = groups.map((columns) =>
    all === undefined
      ? columns
      : columns.map((column) => isPacked(column) ? { starts: column.starts, words: all } : column)
  );
  return filled as { [K in keyof T]: readonly ColumnData[] };
}
