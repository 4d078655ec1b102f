import { FIRST_BIG } from "../../dsl/types.ts";
import { grow } from "./arrays.ts";
import type { PackedHeap } from "./packed.ts";
import { placeOf } from "./sorted_values.ts";

interface CountOptions {
  /** Most different values of a slot; a new one beyond takes over the count of a least frequent one. */
  readonly most?: number;
  /** The order of values that are not plain numbers. */
  readonly compare?: (a: number, b: number) => number;
}

/**
 * Per slot, its different values in ascending order and how often each occurs; 12 bytes a value. A value that is
 * known costs a binary search, a new one a move of those behind besides; a histogram is O(d) over the d different
 * values, the most frequent few too. With `most` it is SpaceSaving: values beyond cost O(most), and a count is too
 * large by at most the number of rows through `most`.
 */
export class SortedCounts {
  readonly #most: number;
  readonly #compare: ((a: number, b: number) => number) | undefined;
  #values: (Float64Array<ArrayBuffer> | undefined)[] = [];
  #counts: (Int32Array<ArrayBuffer> | undefined)[] = [];
  #sizes: Int32Array<ArrayBuffer> = new Int32Array(64);
  #picked: Int32Array<ArrayBuffer> = new Int32Array(16);

  constructor({ most = Infinity, compare }: CountOptions = {}) {
    this.#most = most;
    this.#compare = compare;
  }

  add(slot: number, x: number): void {
    if (slot >= this.#sizes.length) this.#enlarge(slot);
    const size = this.#sizes[slot]!;
    const place = this.#placeOf(slot, x);
    if (place < size && this.#values[slot]![place] === x) this.#counts[slot]![place]!++;
    else if (size < this.#most) this.#insert(slot, place, x, 1);
    else this.#replaceLeast(slot, x);
  }

  /** Takes one occurrence of `x` out; it must be there. */
  remove(slot: number, x: number): void {
    const place = this.#placeOf(slot, x);
    if (!(place < this.#sizes[slot]!) || this.#values[slot]![place] !== x) {
      throw new RangeError("Cannot remove a value: it was never added");
    }
    if (--this.#counts[slot]![place]! === 0) this.#drop(slot, place);
  }

  clear(slot: number): void {
    if (slot >= this.#sizes.length) return;
    this.#sizes[slot] = 0;
    this.#values[slot] = this.#counts[slot] = undefined;
  }

  /** The address of a map from each value to its count; null, 0, if there are none. */
  histogram(slot: number, heap: PackedHeap): number {
    const size = this.#sizes[slot] ?? 0;
    if (size === 0) return 0;
    const [values, counts] = [this.#values[slot]!, this.#counts[slot]!];
    const address = heap.alloc(1 + 2 * size);
    const { words } = heap;
    words[address] = size;
    for (let j = 0; j < size; j++) {
      words[address + 1 + 2 * j] = values[j]!;
      words[address + 2 + 2 * j] = counts[j]!;
    }
    return address;
  }

  /** The address of a list of {value, count}, the most frequent first, then the smaller; null, 0, if there are none. */
  mostFrequent(slot: number, most: number, heap: PackedHeap): number {
    if ((this.#sizes[slot] ?? 0) === 0) return 0;
    const [values, counts] = [this.#values[slot]!, this.#counts[slot]!];
    const found = this.#pick(slot, most);
    const address = heap.alloc(1 + 3 * found);
    const { words } = heap;
    words[address] = found;
    for (let j = 0; j < found; j++) {
      const place = this.#picked[j]!;
      words[address + 1 + 3 * j] = 1;
      words[address + 2 + 3 * j] = values[place]!;
      words[address + 3 + 3 * j] = counts[place]!;
    }
    return address;
  }

  snapshot(): unknown {
    return this.#values.flatMap((values, slot) => {
      const size = this.#sizes[slot]!;
      return values === undefined
        ? []
        : [{ slot, values: values.slice(0, size), counts: this.#counts[slot]!.slice(0, size) }];
    });
  }

  restore(snapshot: unknown): void {
    this.#values = [];
    this.#counts = [];
    this.#sizes.fill(0);
    const saved = snapshot as {
      slot: number;
      values: Float64Array<ArrayBuffer>;
      counts: Int32Array<ArrayBuffer>;
    }[];
    for (const { slot, values, counts } of saved) {
      if (slot >= this.#sizes.length) this.#enlarge(slot);
      this.#values[slot] = values.slice();
      this.#counts[slot] = counts.slice();
      this.#sizes[slot] = values.length;
    }
  }

  /** Puts the places of the most frequent values into `#picked`, in their order; says how many. */
  #pick(slot: number, most: number): number {
    const size = this.#sizes[slot]!;
    const counts = this.#counts[slot]!;
    const room = Math.min(most, size);
    if (room > this.#picked.length) this.#picked = new Int32Array(room * 2);
    const picked = this.#picked;
    let found = 0;
    for (let place = 0; place < size; place++) {
      const count = counts[place]!;
      if (found === room && counts[picked[room - 1]!]! >= count) continue;
      let low = 0;
      let high = found;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (counts[picked[middle]!]! >= count) low = middle + 1;
        else high = middle;
      }
      if (found < room) found++;
      picked.copyWithin(low + 1, low, found - 1);
      picked[low] = place;
    }
    return found;
  }

  #placeOf(slot: number, x: number): number {
    const values = this.#values[slot];
    return values === undefined ? 0 : placeOf(values, this.#sizes[slot]!, x, this.#compare);
  }

  #insert(slot: number, place: number, x: number, count: number): void {
    const size = this.#sizes[slot]!;
    let [values, counts] = [this.#values[slot], this.#counts[slot]];
    if (values === undefined || counts === undefined || size === values.length) {
      const length = Math.max(8, size * 2);
      values = this.#values[slot] = grow(values ?? new Float64Array(0), length, 0);
      counts = this.#counts[slot] = grow(counts ?? new Int32Array(0), length, 0);
    }
    values.copyWithin(place + 1, place, size);
    counts.copyWithin(place + 1, place, size);
    values[place] = x;
    counts[place] = count;
    this.#sizes[slot] = size + 1;
  }

  #drop(slot: number, place: number): void {
    const size = this.#sizes[slot]!;
    this.#values[slot]!.copyWithin(place, place + 1, size);
    this.#counts[slot]!.copyWithin(place, place + 1, size);
    this.#sizes[slot] = size - 1;
    if (size === 1) this.clear(slot);
  }

  /** The smallest of the least frequent values makes room. */
  #replaceLeast(slot: number, x: number): void {
    const counts = this.#counts[slot]!;
    const size = this.#sizes[slot]!;
    let least = 0;
    for (let place = 1; place < size; place++) {
      if (counts[place]! < counts[least]!) least = place;
    }
    const count = counts[least]! + 1;
    this.#drop(slot, least);
    this.#insert(slot, this.#placeOf(slot, x), x, count);
  }

  #enlarge(slot: number): void {
    this.#sizes = grow(this.#sizes, Math.max(slot + 1, this.#sizes.length * 2), 0);
  }
}

/** The order of whole numbers of which those from 2^53 on stand for texts. */
export function wholeNumberOrder(texts: readonly string[]): (a: number, b: number) => number {
  const exact = (x: number) => BigInt(x < FIRST_BIG ? x : texts[(x - FIRST_BIG) / 2]!);
  return (a, b) => {
    if ((a < FIRST_BIG && b < FIRST_BIG) || a === b) return a - b;
    return exact(a) < exact(b) ? -1 : 1;
  };
}
