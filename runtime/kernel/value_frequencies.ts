import { DistinctCounts } from "./distinct_counts.ts";
import { grow } from "./arrays.ts";

/**
 * Per slot, how often each value occurs, and how often each number of occurrences does. Adding, removing and the
 * share of the mode are O(1); the entropy walks the different numbers of occurrences, at most sqrt(2 n) of them.
 */
export class ValueFrequencies {
  readonly #values = new DistinctCounts();
  /** The numbers of occurrences, as values. */
  readonly #counts = new DistinctCounts();
  #sizes = new Int32Array(64);
  #most = new Int32Array(64);
  /** The numbers of occurrences that a read walks. */
  #read: Float64Array = new Float64Array(16);

  add(slot: number, x: number): void {
    if (slot >= this.#sizes.length) this.#enlarge(slot);
    const before = this.#values.countOf(slot, x);
    this.#values.add(slot, x);
    if (before > 0) this.#counts.remove(slot, before);
    this.#counts.add(slot, before + 1);
    this.#sizes[slot]!++;
    if (before + 1 > this.#most[slot]!) this.#most[slot] = before + 1;
  }

  /** Takes one occurrence of `x` out; it must be there. */
  remove(slot: number, x: number): void {
    const before = this.#values.countOf(slot, x);
    this.#values.remove(slot, x);
    this.#counts.remove(slot, before);
    if (before > 1) this.#counts.add(slot, before - 1);
    this.#sizes[slot]!--;
    if (before === this.#most[slot] && this.#counts.countOf(slot, before) === 0) {
      this.#most[slot] = before - 1;
    }
  }

  clear(slot: number): void {
    if (slot >= this.#sizes.length) return;
    this.#values.clear(slot);
    this.#counts.clear(slot);
    this.#sizes[slot] = this.#most[slot] = 0;
  }

  /** How often the most frequent value occurs, of all; NaN if there are none. */
  modeShare(slot: number): number {
    const size = this.#sizes[slot] ?? 0;
    return size === 0 ? NaN : this.#most[slot]! / size;
  }

  /** Entropy of the values' frequencies in bits; NaN if there are none. */
  entropy(slot: number): number {
    const size = this.#sizes[slot] ?? 0;
    if (size === 0) return NaN;
    if (this.#most[slot] === size) return 0;
    const distinct = this.#counts.count(slot);
    const counts = this.#read = withRoom(this.#read, distinct);
    this.#counts.valuesInto(slot, counts);
    // In one order, whatever the history: equal windows have equal bits.
    sortFirst(counts, distinct);
    let sum = 0;
    for (let i = 0; i < distinct; i++) {
      const count = counts[i]!;
      sum -= this.#counts.countOf(slot, count) * (count / size) * Math.log2(count / size);
    }
    return sum;
  }

  snapshot(): unknown {
    return {
      values: this.#values.snapshot(),
      counts: this.#counts.snapshot(),
      sizes: this.#sizes.slice(),
      most: this.#most.slice(),
    };
  }

  restore(snapshot: unknown): void {
    const { values, counts, sizes, most } = snapshot as {
      values: unknown;
      counts: unknown;
      sizes: Int32Array;
      most: Int32Array;
    };
    this.#values.restore(values);
    this.#counts.restore(counts);
    this.#sizes = Int32Array.from(sizes);
    this.#most = Int32Array.from(most);
  }

  #enlarge(slot: number): void {
    const length = Math.max(slot + 1, this.#sizes.length * 2);
    this.#sizes = grow(this.#sizes, length, 0);
    this.#most = grow(this.#most, length, 0);
  }
}

function withRoom(array: Float64Array, length: number): Float64Array {
  return length <= array.length ? array : new Float64Array(length * 2);
}

const FEW = 32;

/** Sorts the first values in place; of few without a view of the array. */
function sortFirst(values: Float64Array, length: number): void {
  if (length > FEW) {
    values.subarray(0, length).sort();
    return;
  }
  for (let i = 1; i < length; i++) {
    const value = values[i]!;
    let to = i;
    for (; to > 0 && values[to - 1]! > value; to--) values[to] = values[to - 1]!;
    values[to] = value;
  }
}
