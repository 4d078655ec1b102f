/** Seeded trades and quotes of a market: zipf-distributed keys, exponential gaps, a price walk per key. */
import type { FlatColumn } from "../../runtime/arrow/mod.ts";
import { Random } from "../support/random.ts";

export const BATCH_ROWS = 65_536;
export const KEYS = 1_000;
/** 2024-01-01 in microseconds. */
export const START_US = 1_704_067_200_000_000;
/** Ten thousand rows a second. */
const MEAN_GAP_US = 100;
const TICK = 0.01;

/** Rows by column name; `ts` is in microseconds and never falls, `symbol` is a code below `KEYS`. */
export interface MarketBatch {
  readonly length: number;
  readonly columns: Readonly<Record<string, FlatColumn>>;
}

export interface MarketOptions {
  readonly rows: number;
  readonly seed: number;
  /** Of all rows of the market, the share that this stream has; gaps grow as it shrinks. */
  readonly share: number;
}

export function keyName(code: number): string {
  return `SYM${String(code).padStart(4, "0")}`;
}

/** Columns ts, symbol, price, amount. */
export function createTrades(options: MarketOptions): readonly MarketBatch[] {
  return [...tradeBatches(options)];
}

/** Columns ts, symbol, bid, ask. */
export function createQuotes(options: MarketOptions): readonly MarketBatch[] {
  return [...quoteBatches(options)];
}

export function* tradeBatches(options: MarketOptions): Generator<MarketBatch> {
  for (const { length, ts, symbol, price, random } of walks(options)) {
    const amount = new Float64Array(length);
    for (let i = 0; i < length; i++) amount[i] = (1 + random.int(100_000)) / 1000;
    yield { length, columns: { ts, symbol, price, amount } };
  }
}

export function* quoteBatches(options: MarketOptions): Generator<MarketBatch> {
  for (const { length, ts, symbol, price, random } of walks(options)) {
    const ask = new Float64Array(length);
    for (let i = 0; i < length; i++) ask[i] = toTick(price[i]! + TICK * (1 + random.int(5)));
    yield { length, columns: { ts, symbol, bid: price, ask } };
  }
}

interface Walk {
  readonly length: number;
  readonly ts: Float64Array<ArrayBuffer>;
  readonly symbol: Int32Array<ArrayBuffer>;
  readonly price: Float64Array<ArrayBuffer>;
  readonly random: Random;
}

function* walks({ rows, seed, share }: MarketOptions): Generator<Walk> {
  const random = new Random(seed);
  const zipf = zipfTable(1 << 17);
  const last = Float64Array.from({ length: KEYS }, () => 20 + random.int(48_000) / 100);
  let time = START_US;
  for (let first = 0; first < rows; first += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, rows - first);
    const ts = new Float64Array(length);
    const symbol = new Int32Array(length);
    const price = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const gap = -Math.log(1 - random.int(1 << 24) / (1 << 24)) * MEAN_GAP_US / share;
      time += Math.round(gap);
      const key = zipf[random.int(zipf.length)]!;
      last[key] = Math.max(1, last[key]! + TICK * (random.int(21) - 10));
      ts[i] = time;
      symbol[i] = key;
      price[i] = toTick(last[key]!);
    }
    yield { length, ts, symbol, price, random };
  }
}

/** Key k fills a share of the table proportional to 1 / (k + 1). */
function zipfTable(size: number): Int32Array {
  const weights = Array.from({ length: KEYS }, (_, key) => 1 / (key + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Int32Array(size);
  let key = 0;
  let reached = weights[0]! / total;
  for (let i = 0; i < size; i++) {
    while (i / size >= reached && key < KEYS - 1) reached += weights[++key]! / total;
    table[i] = key;
  }
  return table;
}

function toTick(price: number): number {
  return Math.round(price * 100) / 100;
}
