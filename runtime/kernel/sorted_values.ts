/**
 * Per slot, all values in ascending order, for exact quantiles. Adding and removing cost a binary search and a
 * move of the values behind, O(n) with memmove's constant; a quantile is O(1).
 */
export class SortedValues {
  #values: (Float64Array<ArrayBuffer> | undefined)[] = [];
  #sizes = new Int32Array(0);

  add(slot: number, x: number): void {
    this.#ensure(slot);
    const size = this.#sizes[slot]!;
    let values = this.#values[slot];
    if (values === undefined || size === values.length) {
      const larger = new Float64Array(Math.max(8, size * 2));
      if (values) larger.set(values);
      values = this.#values[slot] = larger;
    }
    const place = lowerBound(values, size, x);
    values.copyWithin(place + 1, place, size);
    values[place] = x;
    this.#sizes[slot] = size + 1;
  }

  /** Takes one occurrence of `x` out; it must be there. */
  remove(slot: number, x: number): void {
    const values = this.#values[slot];
    const size = this.#sizes[slot]!;
    if (values === undefined) throw new RangeError("Cannot remove a value: the slot holds none");
    const place = lowerBound(values, size, x);
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

  #ensure(slot: number): void {
    if (slot < this.#sizes.length) return;
    const sizes = new Int32Array(Math.max(slot + 1, this.#sizes.length * 2, 64));
    sizes.set(this.#sizes);
    this.#sizes = sizes;
  }
}

function lowerBound(values: Float64Array, size: number, x: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
