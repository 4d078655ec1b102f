import type { PackedHeap } from "./packed.ts";

/**
 * Per slot, all values in ascending order, for exact quantiles and the largest or smallest few. Adding and removing
 * cost a binary search and a move of the values behind, O(n) with memmove's constant; a quantile is O(1), a list
 * O(its length).
 */
export class SortedValues {
  readonly #compare: ((a: number, b: number) => number) | undefined;
  #values: (Float64Array<ArrayBuffer> | undefined)[] = [];
  #sizes = new Int32Array(0);

  /** `compare` is the order of symbols; without it values are numbers. */
  constructor(compare?: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  add(slot: number, x: number): void {
    this.#ensure(slot);
    const size = this.#sizes[slot]!;
    let values = this.#values[slot];
    if (values === undefined || size === values.length) {
      const larger = new Float64Array(Math.max(8, size * 2));
      if (values) larger.set(values);
      values = this.#values[slot] = larger;
    }
    const place = placeOf(values, size, x, this.#compare);
    values.copyWithin(place + 1, place, size);
    values[place] = x;
    this.#sizes[slot] = size + 1;
  }

  /** Adds and keeps the `most` largest alone: O(most). */
  addLargest(slot: number, x: number, most: number): void {
    this.add(slot, x);
    const size = this.#sizes[slot]!;
    if (size <= most) return;
    this.#values[slot]!.copyWithin(0, 1, size);
    this.#sizes[slot] = most;
  }

  /** Adds and keeps the `most` smallest alone: O(most). */
  addSmallest(slot: number, x: number, most: number): void {
    this.add(slot, x);
    if (this.#sizes[slot]! > most) this.#sizes[slot] = most;
  }

  /** Takes one occurrence of `x` out; it must be there. */
  remove(slot: number, x: number): void {
    const values = this.#values[slot];
    const size = this.#sizes[slot]!;
    if (values === undefined) throw new RangeError("Cannot remove a value: the slot holds none");
    const place = placeOf(values, size, x, this.#compare);
    values.copyWithin(place, place + 1, size);
    this.#sizes[slot] = size - 1;
    if (size === 1) this.#values[slot] = undefined;
  }

  clear(slot: number): void {
    if (slot >= this.#sizes.length) return;
    this.#sizes[slot] = 0;
    this.#values[slot] = undefined;
  }

  /** Quantile of type 7 (linear between ranks); NaN if there are no values. */
  quantile(slot: number, p: number): number {
    const size = slot < this.#sizes.length ? this.#sizes[slot]! : 0;
    const values = this.#values[slot];
    if (size === 0 || values === undefined) return NaN;
    const rank = p * (size - 1);
    const low = Math.floor(rank);
    const below = values[low]!;
    const above = values[Math.min(low + 1, size - 1)]!;
    return below + (above - below) * (rank - low);
  }

  /** The address of a list of the largest values, the largest first; null, 0, if there are none. */
  top(slot: number, most: number, heap: PackedHeap): number {
    const size = slot < this.#sizes.length ? this.#sizes[slot]! : 0;
    if (size === 0) return 0;
    const values = this.#values[slot]!;
    const count = Math.min(most, size);
    const address = heap.alloc(1 + count);
    const { words } = heap;
    words[address] = count;
    for (let j = 1; j <= count; j++) words[address + j] = values[size - j]!;
    return address;
  }

  /** The same of the smallest, the smallest first. */
  bottom(slot: number, most: number, heap: PackedHeap): number {
    const size = slot < this.#sizes.length ? this.#sizes[slot]! : 0;
    if (size === 0) return 0;
    const values = this.#values[slot]!;
    const count = Math.min(most, size);
    const address = heap.alloc(1 + count);
    const { words } = heap;
    words[address] = count;
    for (let j = 0; j < count; j++) words[address + 1 + j] = values[j]!;
    return address;
  }

  snapshot(): unknown {
    return this.#values.flatMap((values, slot) =>
      values === undefined ? [] : [{ slot, values: values.slice(0, this.#sizes[slot]) }]
    );
  }

  restore(snapshot: unknown): void {
    this.#values = [];
    this.#sizes.fill(0);
    for (const { slot, values } of snapshot as { slot: number; values: Float64Array }[]) {
      this.#ensure(slot);
      this.#values[slot] = Float64Array.from(values);
      this.#sizes[slot] = values.length;
    }
  }

  #ensure(slot: number): void {
    if (slot < this.#sizes.length) return;
    const sizes = new Int32Array(Math.max(slot + 1, this.#sizes.length * 2, 64));
    sizes.set(this.#sizes);
    this.#sizes = sizes;
  }
}

/** The first of `size` ascending places whose value is not below `x`. */
export function placeOf(
  values: Float64Array,
  size: number,
  x: number,
  compare: ((a: number, b: number) => number) | undefined,
): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle]!;
    if (compare === undefined ? value < x : compare(value, x) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
