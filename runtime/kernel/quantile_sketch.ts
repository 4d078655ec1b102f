import { grow } from "./arrays.ts";

const ERROR = 0.01;
const LOG_GAMMA = Math.log((1 + ERROR) / (1 - ERROR));
/** More than the number of bins on one side of zero, so that a bin's key has the sign of its values. */
const OFFSET = 40_000;

/**
 * Per slot, how many values stand in each bin of about 2 % width: DDSketch. A quantile is within 1 % of the value at
 * its rank. Adding and removing cost a binary search among the bins, a quantile a walk over them; a slot takes 8 bytes
 * per bin, a few hundred bins for values over several orders of magnitude.
 */
export class QuantileSketch {
  #bins: (Int32Array<ArrayBuffer> | undefined)[] = [];
  #counts: (Int32Array<ArrayBuffer> | undefined)[] = [];
  #used = new Int32Array(64);
  #sizes = new Float64Array(64);

  add(slot: number, x: number): void {
    if (slot >= this.#used.length) this.#enlarge(slot);
    const bin = binOf(x);
    const used = this.#used[slot]!;
    let bins = this.#bins[slot] ??= new Int32Array(8);
    let counts = this.#counts[slot] ??= new Int32Array(8);
    const place = lowerBound(bins, used, bin);
    this.#sizes[slot]!++;
    if (place < used && bins[place] === bin) {
      counts[place]!++;
      return;
    }
    if (used === bins.length) {
      bins = this.#bins[slot] = grow(bins, used * 2, 0);
      counts = this.#counts[slot] = grow(counts, used * 2, 0);
    }
    bins.copyWithin(place + 1, place, used);
    counts.copyWithin(place + 1, place, used);
    bins[place] = bin;
    counts[place] = 1;
    this.#used[slot] = used + 1;
  }

  /** Takes one value out; it must have been added. */
  remove(slot: number, x: number): void {
    const [bins, counts] = [this.#bins[slot], this.#counts[slot]];
    if (!bins || !counts) throw new RangeError("Cannot remove a value: the slot holds none");
    const used = this.#used[slot]!;
    const place = lowerBound(bins, used, binOf(x));
    if (--this.#sizes[slot]! === 0) this.clear(slot);
    else if (--counts[place]! === 0) {
      bins.copyWithin(place, place + 1, used);
      counts.copyWithin(place, place + 1, used);
      this.#used[slot] = used - 1;
    }
  }

  clear(slot: number): void {
    if (slot >= this.#used.length) return;
    this.#bins[slot] = this.#counts[slot] = undefined;
    this.#used[slot] = this.#sizes[slot] = 0;
  }

  /** About the value of rank floor(p (n - 1)); NaN if there are no values. */
  quantile(slot: number, p: number): number {
    const [bins, counts] = [this.#bins[slot], this.#counts[slot]];
    if (!bins || !counts) return NaN;
    let rest = Math.floor(p * (this.#sizes[slot]! - 1));
    let place = 0;
    while (rest >= counts[place]!) rest -= counts[place++]!;
    return valueOf(bins[place]!);
  }

  snapshot(): unknown {
    return {
      slots: this.#bins.flatMap((bins, slot) => {
        if (bins === undefined) return [];
        const used = this.#used[slot]!;
        const counts = this.#counts[slot]!;
        return [{ slot, bins: bins.slice(0, used), counts: counts.slice(0, used) }];
      }),
    };
  }

  restore(snapshot: unknown): void {
    const { slots } = snapshot as {
      slots: { slot: number; bins: Int32Array; counts: Int32Array }[];
    };
    this.#bins = [];
    this.#counts = [];
    this.#used.fill(0);
    this.#sizes.fill(0);
    for (const { slot, bins, counts } of slots) {
      if (slot >= this.#used.length) this.#enlarge(slot);
      this.#bins[slot] = Int32Array.from(bins);
      this.#counts[slot] = Int32Array.from(counts);
      this.#used[slot] = bins.length;
      this.#sizes[slot] = counts.reduce((sum, count) => sum + count, 0);
    }
  }

  #enlarge(slot: number): void {
    const length = Math.max(slot + 1, this.#used.length * 2);
    this.#used = grow(this.#used, length, 0);
    this.#sizes = grow(this.#sizes, length, 0);
  }
}

function binOf(x: number): number {
  if (x === 0) return 0;
  const bin = OFFSET + Math.ceil(Math.log(Math.abs(x)) / LOG_GAMMA);
  return x < 0 ? -bin : bin;
}

/** The middle of a bin, as far in relative terms from its lower as from its upper end. */
function valueOf(bin: number): number {
  if (bin === 0) return 0;
  const middle = Math.exp((Math.abs(bin) - OFFSET) * LOG_GAMMA + Math.log1p(-ERROR));
  return Math.sign(bin) * Math.min(middle, Number.MAX_VALUE);
}

function lowerBound(bins: Int32Array, used: number, bin: number): number {
  let low = 0;
  let high = used;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bins[middle]! < bin) low = middle + 1;
    else high = middle;
  }
  return low;
}
