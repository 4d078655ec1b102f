/** Seeded rows for the costs of (g) to (i): keys are equally frequent, gaps are equal on average. */
import { Random } from "../support/random.ts";
import { BATCH_ROWS, keyName, type MarketBatch, START_US } from "./market_rows.ts";

export interface CostRowsOptions {
  readonly rows: number;
  readonly keys: number;
  readonly seed: number;
  readonly gapUs: number;
}

/** Texts other than keys; a column `kind` has the first ten, `note` any. */
const TEXTS = 1_000;
const KINDS = 10;
const TICK = 0.01;

/** The texts of the codes of all symbol columns, in order of their codes. */
export function costTexts(keys: number): readonly string[] {
  const notes = Array.from({ length: TEXTS }, (_, i) => `Note/${i}?ref=${keyName(i % 37)}&n=${i}`);
  return [...Array.from({ length: keys }, (_, key) => keyName(key)), ...notes];
}

/** Columns ts, symbol, price (a walk), amount, kind (one of ten, the first is the most frequent) and note. */
export function createCostRows(options: CostRowsOptions): readonly MarketBatch[] {
  const { rows, keys, seed, gapUs } = options;
  const random = new Random(seed);
  const last = new Float64Array(keys).fill(100);
  const batches: MarketBatch[] = [];
  let time = START_US;
  for (let first = 0; first < rows; first += BATCH_ROWS) {
    const length = Math.min(BATCH_ROWS, rows - first);
    const [ts, price, amount] = [0, 1, 2].map(() => new Float64Array(length)) as [
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
      Float64Array<ArrayBuffer>,
    ];
    const [symbol, kind, note] = [0, 1, 2].map(() => new Int32Array(length)) as [
      Int32Array<ArrayBuffer>,
      Int32Array<ArrayBuffer>,
      Int32Array<ArrayBuffer>,
    ];
    for (let i = 0; i < length; i++) {
      time += 1 + random.int(2 * gapUs - 1);
      const key = random.int(keys);
      last[key] = Math.max(1, last[key]! + TICK * (random.int(21) - 10));
      ts[i] = time;
      symbol[i] = key;
      price[i] = Math.round(last[key]! * 100) / 100;
      amount[i] = (1 + random.int(100_000)) / 1000;
      kind[i] = keys + random.int(1 + random.int(KINDS));
      note[i] = keys + random.int(TEXTS);
    }
    batches.push({ length, columns: { ts, symbol, price, amount, kind, note } });
  }
  return batches;
}
