/** The same few trades as files of every format a source reads. */
import { gzipSync } from "node:zlib";
import type { Column } from "../../dsl/mod.ts";
import { openResultWriter, SymbolTable } from "../../runtime/arrow/mod.ts";
import { Random } from "../support/random.ts";
import { batchFrom } from "../support/batches.ts";

export interface Trade {
  readonly symbol: string;
  readonly ts: number;
  readonly price: number | null;
  readonly amount: number;
  readonly side: string | null;
}

export const START_US = Date.UTC(2024, 4, 1, 9) * 1000;

export const TRADES_PLUGIN = `import { plugin } from "featurizer";

export default plugin("market")\`
  source trades {
    symbol string key, ts timestamp time, price f64, amount i64, side string
  }

  feature volume on trades {
    all = sum(amount), bought = sum(amount) where side == "buy", middle = median(price)
  } over 1m

  feature last_trade on trades {
    price = price, side = side, amount = amount, change = price - prev(price)
  }

  feature bars on trades { low = min(price), high = max(price), trades = count() } over tumbling 1m
\`;
`;

export function tradesConfig(path: string, more = ""): string {
  return `plugins: [./market.ts]
start_date: 2024-05-01 09:00
end_date: 2024-05-01 09:20
sampling: 20s
data_sources:
  - source: market.trades
    path: ${path}
feature_configs:
  - feature_definition: market.volume
  - feature_definition: market.last_trade
  - feature_definition: market.bars
${more}`;
}

/** Trades in order of time, with nulls, negative zeros and texts that need quoting. */
export function makeTrades(count: number, seed = 1): Trade[] {
  const random = new Random(seed);
  let ts = START_US;
  return Array.from({ length: count }, () => {
    ts += random.int(8) * 500_000;
    return {
      symbol: random.pick(["BTC", 'E"TH', "S,OL", "ÄDA😀"]),
      ts,
      price: random.chance(0.1) ? null : random.pick([-0, 1, 1.5, 100.25, 0.1, 1e-7]),
      amount: random.between(-5, 50),
      side: random.chance(0.1) ? null : random.pick(["buy", "sell"]),
    };
  });
}

export function csvOf(trades: readonly Trade[]): string {
  const cell = (value: string | number | null) =>
    value === null ? "" : Object.is(value, -0) ? "-0" : `"${String(value).replaceAll('"', '""')}"`;
  const lines = trades.map(({ symbol, ts, price, amount, side }) =>
    [symbol, new Date(ts / 1000).toISOString(), price, amount, side].map(cell).join()
  );
  return ["symbol,ts,price,amount,side", ...lines, ""].join("\n");
}

export function ndjsonOf(trades: readonly Trade[]): string {
  return trades.map((trade) => {
    const text = JSON.stringify({ ...trade, ts: new Date(trade.ts / 1000).toISOString() });
    return (Object.is(trade.price, -0) ? text.replace('"price":0', '"price":-0') : text) + "\n";
  }).join("");
}

const COLUMNS: readonly Column[] = [
  { name: "symbol", type: { kind: "string" } },
  { name: "ts", type: { kind: "timestamp" } },
  { name: "price", type: { kind: "f64" } },
  { name: "amount", type: { kind: "i64" } },
  { name: "side", type: { kind: "string" } },
];

/** Writes the trades into the folder once for each format; gives the paths. */
export async function writeTrades(folder: string, trades: readonly Trade[]): Promise<string[]> {
  const texts = { csv: csvOf(trades), ndjson: ndjsonOf(trades) };
  const paths: string[] = [];
  for (const [format, text] of Object.entries(texts)) {
    paths.push(`trades.${format}`, `trades.${format}.gz`);
    Deno.writeTextFileSync(`${folder}/trades.${format}`, text);
    Deno.writeFileSync(`${folder}/trades.${format}.gz`, gzipSync(text));
  }
  for (const format of ["arrow", "parquet"] as const) {
    const symbols = new SymbolTable();
    const path = `trades.${format}`;
    const options = { format, columns: COLUMNS, symbols };
    const writer = await openResultWriter(`${folder}/${path}`, options);
    for (let from = 0; from < trades.length; from += 50) {
      const rows = trades.slice(from, from + 50).map((trade) => ({ ...trade }));
      await writer.write(batchFrom(rows, COLUMNS, symbols));
    }
    await writer.close();
    paths.push(path);
  }
  return paths;
}
