/** Cases (d) and (e): the market as files, and the config of the set. */
import { join } from "node:path";
import type { Column } from "../../dsl/mod.ts";
import { type FlatColumn, openResultWriter, SymbolTable } from "../../runtime/arrow/mod.ts";
import { MARKET_MODULE } from "./market_plugin.ts";
import { keyName, KEYS, type MarketBatch, quoteBatches, tradeBatches } from "./market_rows.ts";

export type MarketFormat = "arrow" | "csv";

/** Paths inside one folder. */
export interface MarketFiles {
  readonly config: string;
  readonly trades: string;
  readonly quotes: string;
  readonly format: MarketFormat;
  readonly rows: number;
}

const KEY_AND_TIME: readonly Column[] = [
  { name: "symbol", type: { kind: "string" } },
  { name: "ts", type: { kind: "timestamp" } },
];
export const TRADE_COLUMNS: readonly Column[] = [...KEY_AND_TIME, f64("price"), f64("amount")];
export const QUOTE_COLUMNS: readonly Column[] = [...KEY_AND_TIME, f64("bid"), f64("ask")];

const TRADES_SEED = 1;
const QUOTES_SEED = 2;

/** Half trades, half quotes; `rows` is the number of both. */
export async function writeMarket(
  folder: string,
  { rows, format }: { readonly rows: number; readonly format: MarketFormat },
): Promise<MarketFiles> {
  const [config, trades, quotes] = ["market.yaml", `trades.${format}`, `quotes.${format}`].map(
    (name) => join(folder, name),
  ) as [string, string, string];
  const half = Math.floor(rows / 2);
  await writeRows(trades, {
    format,
    columns: TRADE_COLUMNS,
    batches: tradeBatches({ rows: half, seed: TRADES_SEED, share: 0.5 }),
  });
  await writeRows(quotes, {
    format,
    columns: QUOTE_COLUMNS,
    batches: quoteBatches({ rows: rows - half, seed: QUOTES_SEED, share: 0.5 }),
  });
  await Deno.writeTextFile(join(folder, "market.ts"), MARKET_MODULE);
  await Deno.writeTextFile(config, configText(format));
  return { config, trades, quotes, format, rows };
}

function configText(format: MarketFormat): string {
  return `plugins: [./market.ts]
start_date: 2024-01-01
end_date: 2025-01-01
spine: { feature: market.trades }
label_feature: middle
label_lookahead: 5s
label_only: true
data_sources:
  - { source: market.trades, path: ./trades.${format} }
  - { source: market.quotes, path: ./quotes.${format} }
feature_configs:
  - { feature_definition: market.recent, name: recent }
  - { feature_definition: market.slippage, name: slippage }
  - { feature_definition: market.middle, name: middle }
`;
}

async function writeRows(
  path: string,
  { format, columns, batches }: {
    readonly format: MarketFormat;
    readonly columns: readonly Column[];
    readonly batches: Iterable<MarketBatch>;
  },
): Promise<void> {
  const symbols = new SymbolTable();
  for (let key = 0; key < KEYS; key++) symbols.intern(keyName(key));
  const writer = await openResultWriter(path, { format, columns, symbols });
  try {
    for (const { length, columns: own } of batches) {
      await writer.write({ length, columns: columns.map(({ name }): FlatColumn => own[name]!) });
    }
    await writer.close();
  } finally {
    await writer.abort();
  }
}

function f64(name: string): Column {
  return { name, type: { kind: "f64" } };
}
