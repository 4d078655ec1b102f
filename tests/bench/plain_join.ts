/** The plain loop of (c): every trade with the last quote of its key, and the middle price 5 seconds later. */
import type { FlatColumn } from "../../runtime/arrow/mod.ts";
import { KEYS, type MarketBatch } from "./market_rows.ts";
import type { TakeOutput } from "./output.ts";

export const LOOKAHEAD_US = 5_000_000;

/** Trades whose label lies past the last quote have no row. */
export function runPlainJoin(
  trades: readonly MarketBatch[],
  quotes: readonly MarketBatch[],
  take: TakeOutput,
): void {
  const lastQuotes = quotes.at(-1)!;
  const endUs = lastQuotes.columns.ts![lastQuotes.length - 1]! - LOOKAHEAD_US;
  const join = new PlainJoin(quotes);
  for (const batch of trades) {
    const columns = join.add(batch, endUs);
    if (columns[0]!.length > 0) take(columns);
  }
}

/** Two places in the quotes: one keeps up with the trades, one runs 5 seconds ahead. */
export class PlainJoin {
  readonly #quotes: MarketBatch[];
  readonly #asks = new Float64Array(KEYS).fill(NaN);
  readonly #middles = new Float64Array(KEYS).fill(NaN);
  #now = { batch: 0, row: 0 };
  #ahead = { batch: 0, row: 0 };

  constructor(quotes: readonly MarketBatch[]) {
    this.#quotes = [...quotes];
  }

  /** Quotes behind those of before; to be there before the trades whose labels they reach into. */
  addQuotes(quotes: MarketBatch): void {
    this.#quotes.push(quotes);
    this.#quotes.splice(0, this.#now.batch);
    this.#ahead.batch -= this.#now.batch;
    this.#now.batch = 0;
  }

  /** Columns ts, symbol, slippage, label. */
  add({ length, columns: { ts, symbol, price } }: MarketBatch, endUs: number): FlatColumn[] {
    const asks = this.#asks, middles = this.#middles;
    const slippage = new Float64Array(length), label = new Float64Array(length);
    let now = this.#quotes[this.#now.batch], nowRow = this.#now.row;
    let ahead = this.#quotes[this.#ahead.batch], aheadRow = this.#ahead.row;
    let i = 0;
    for (; i < length; i++) {
      const t = ts![i]!, k = symbol![i]!;
      if (t > endUs) break;
      while (now) {
        const { ts, symbol, ask } = now.columns;
        for (; nowRow < now.length && ts![nowRow]! <= t; nowRow++) {
          asks[symbol![nowRow]!] = ask![nowRow]!;
        }
        if (nowRow < now.length) break;
        now = this.#quotes[++this.#now.batch];
        nowRow = 0;
      }
      while (ahead) {
        const { ts, symbol, bid, ask } = ahead.columns;
        for (; aheadRow < ahead.length && ts![aheadRow]! <= t + LOOKAHEAD_US; aheadRow++) {
          middles[symbol![aheadRow]!] = (bid![aheadRow]! + ask![aheadRow]!) / 2;
        }
        if (aheadRow < ahead.length) break;
        ahead = this.#quotes[++this.#ahead.batch];
        aheadRow = 0;
      }
      slippage[i] = (price![i]! / asks[k]! - 1) * 10_000;
      label[i] = middles[k]!;
    }
    this.#now.row = nowRow;
    this.#ahead.row = aheadRow;
    const all: FlatColumn[] = [ts!, symbol!, slippage, label];
    return i === length ? all : all.map((column) => column.slice(0, i) as FlatColumn);
  }
}
