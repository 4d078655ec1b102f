/** The plain loop of (b): count, sum, avg and stddev of the price by key, over the minute up to every trade. */
import { KEYS, type MarketBatch } from "./market_rows.ts";
import type { TakeOutput } from "./output.ts";

const WIDTH_US = 60_000_000;

export function runPlainSliding(batches: readonly MarketBatch[], take: TakeOutput): void {
  const window = new PlainWindow();
  for (const batch of batches) take(window.add(batch));
}

/** One log of all keys' rows; rows leave it in order of time, by Welford's update run backwards. */
export class PlainWindow {
  readonly #count = new Int32Array(KEYS);
  readonly #sum = new Float64Array(KEYS);
  readonly #mean = new Float64Array(KEYS);
  readonly #squares = new Float64Array(KEYS);
  #times = new Float64Array(1 << 20);
  #keys = new Int32Array(1 << 20);
  #values = new Float64Array(1 << 20);
  #first = 0;
  #next = 0;

  /** Columns ts, symbol, count, sum, avg, stddev. */
  add({ length, columns: { ts, symbol, price } }: MarketBatch) {
    this.#reserve(length);
    const counts = this.#count, sums = this.#sum, means = this.#mean, squares = this.#squares;
    const times = this.#times, keys = this.#keys, values = this.#values;
    const mask = times.length - 1;
    const outCount = new Float64Array(length), outSum = new Float64Array(length);
    const outMean = new Float64Array(length), outDeviation = new Float64Array(length);
    let first = this.#first, next = this.#next;
    for (let i = 0; i < length; i++) {
      const t = ts![i]!, k = symbol![i]!, x = price![i]!;
      for (const low = t - WIDTH_US; first < next && times[first & mask]! <= low; first++) {
        const j = keys[first & mask]!, y = values[first & mask]!, n = --counts[j]!;
        if (n === 0) {
          sums[j] = means[j] = squares[j] = 0;
          continue;
        }
        const old = means[j]!, mean = old - (y - old) / n;
        sums[j]! -= y;
        squares[j]! -= (y - old) * (y - mean);
        means[j] = mean;
      }
      times[next & mask] = t;
      keys[next & mask] = k;
      values[next++ & mask] = x;
      const n = ++counts[k]!, old = means[k]!, mean = old + (x - old) / n;
      sums[k]! += x;
      squares[k]! += (x - old) * (x - mean);
      means[k] = mean;
      outCount[i] = n;
      outSum[i] = sums[k]!;
      outMean[i] = sums[k]! / n;
      outDeviation[i] = n > 1 ? Math.sqrt(Math.max(0, squares[k]! / (n - 1))) : NaN;
    }
    this.#first = first;
    this.#next = next;
    return [ts!, symbol!, outCount, outSum, outMean, outDeviation];
  }

  #reserve(rows: number): void {
    const held = this.#next - this.#first;
    const size = this.#times.length;
    if (held + rows <= size) return;
    const [times, keys, values] = [this.#times, this.#keys, this.#values];
    this.#times = new Float64Array(size * 2);
    this.#keys = new Int32Array(size * 2);
    this.#values = new Float64Array(size * 2);
    for (let i = 0; i < held; i++) {
      const from = (this.#first + i) & (size - 1);
      this.#times[i] = times[from]!;
      this.#keys[i] = keys[from]!;
      this.#values[i] = values[from]!;
    }
    this.#first = 0;
    this.#next = held;
  }
}
