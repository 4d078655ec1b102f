/** The plain loop of (a): count, sum, min, max and avg of the price by key in tumbling minutes. */
import { KEYS, type MarketBatch } from "./market_rows.ts";
import type { TakeOutput } from "./output.ts";

const WIDTH_US = 60_000_000;

export function runPlainTumbling(batches: readonly MarketBatch[], take: TakeOutput): void {
  const count = new Int32Array(KEYS);
  const sum = new Float64Array(KEYS);
  const min = new Float64Array(KEYS).fill(Infinity);
  const max = new Float64Array(KEYS).fill(-Infinity);
  let end = -Infinity;
  const close = () => take(closeWindow(end, { count, sum, min, max }));
  for (const { length, columns: { ts, symbol, price } } of batches) {
    for (let i = 0; i < length; i++) {
      const t = ts![i]!, k = symbol![i]!, x = price![i]!;
      if (t >= end) {
        if (end > 0) close();
        end = (Math.floor(t / WIDTH_US) + 1) * WIDTH_US;
      }
      count[k]!++;
      sum[k]! += x;
      if (x < min[k]!) min[k] = x;
      if (x > max[k]!) max[k] = x;
    }
  }
  if (end > 0) close();
}

interface Buckets {
  readonly count: Int32Array;
  readonly sum: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** The window's rows in order of key; the buckets are empty afterwards. */
function closeWindow(end: number, { count, sum, min, max }: Buckets) {
  const keys = Int32Array.from(count.keys()).filter((k) => count[k]! > 0);
  const columns = [
    Float64Array.from(keys, () => end),
    keys,
    Float64Array.from(keys, (k) => count[k]!),
    Float64Array.from(keys, (k) => sum[k]!),
    Float64Array.from(keys, (k) => min[k]!),
    Float64Array.from(keys, (k) => max[k]!),
    Float64Array.from(keys, (k) => sum[k]! / count[k]!),
  ];
  count.fill(0);
  sum.fill(0);
  min.fill(Infinity);
  max.fill(-Infinity);
  return columns;
}
