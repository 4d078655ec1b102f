/**
 * The plain side of (d) and (e), a process of its own: one thread from the input files through the loops of (b)
 * and (c) to the result file. Arguments: trades, quotes, result.
 */
import type { Column } from "../../dsl/mod.ts";
import { asFlat, type FlatColumn, openResultWriter, SymbolTable } from "../../runtime/arrow/mod.ts";
import { openReader, type RowReader } from "../../runtime/source/mod.ts";
import { QUOTE_COLUMNS, TRADE_COLUMNS } from "./market_files.ts";
import type { MarketBatch } from "./market_rows.ts";
import { LOOKAHEAD_US, PlainJoin } from "./plain_join.ts";
import { PlainWindow } from "./plain_sliding.ts";

const RESULT_COLUMNS: readonly Column[] = [
  { name: "symbol", type: { kind: "string" } },
  { name: "timestamp", type: { kind: "timestamp" } },
  { name: "recent.count", type: { kind: "i64" } },
  { name: "recent.sum", type: { kind: "f64" } },
  { name: "recent.avg", type: { kind: "f64" } },
  { name: "recent.stddev", type: { kind: "f64" } },
  { name: "slippage.bps", type: { kind: "f64" } },
  { name: "label.middle.price", type: { kind: "f64" } },
];

async function main(): Promise<void> {
  const [tradesPath, quotesPath, resultPath] = Deno.args as [string, string, string];
  const symbols = new SymbolTable();
  const open = (path: string, columns: readonly Column[]) =>
    openReader({
      paths: [path],
      columns: columns.map((column) => ({ ...column, from: column.name })),
      symbols,
    });
  const trades = await open(tradesPath, TRADE_COLUMNS.filter(({ name }) => name !== "amount"));
  const quotes = await open(quotesPath, QUOTE_COLUMNS);
  const writer = await openResultWriter(resultPath, {
    format: "arrow",
    columns: RESULT_COLUMNS,
    symbols,
  });
  try {
    await run({ trades, quotes }, (length, columns) => writer.write({ length, columns }));
    await writer.close();
  } finally {
    await writer.abort();
    await trades.close();
    await quotes.close();
  }
}

type Write = (length: number, columns: readonly FlatColumn[]) => Promise<void> | void;

/** Quotes are read just far enough ahead of the trades for their labels. */
async function run(
  { trades, quotes }: { readonly trades: RowReader; readonly quotes: RowReader },
  write: Write,
): Promise<void> {
  const window = new PlainWindow();
  const join = new PlainJoin([]);
  let readUs = -Infinity;
  let endUs = Infinity;
  for (let batch = await nextTrades(trades); batch; batch = await nextTrades(trades)) {
    const neededUs = batch.columns.ts![batch.length - 1]! + LOOKAHEAD_US;
    while (readUs <= neededUs && endUs === Infinity) {
      const next = await nextQuotes(quotes);
      if (next) {
        join.addQuotes(next);
        readUs = next.columns.ts![next.length - 1]!;
      } else {
        endUs = readUs - LOOKAHEAD_US;
      }
    }
    const [, symbol, ...aggregates] = window.add(batch);
    const [ts, , slippage, label] = join.add(batch, endUs);
    const { length } = ts!;
    const columns = [symbol!, ts!, ...aggregates, slippage!, label!];
    if (length > 0) await write(length, columns.map((column) => column.subarray(0, length)));
  }
}

async function nextTrades(reader: RowReader): Promise<MarketBatch | undefined> {
  const { batch } = await reader.read() ?? {};
  if (!batch) return undefined;
  const [symbol, ts, price] = batch.columns.map(asFlat);
  return { length: batch.length, columns: { symbol: symbol!, ts: ts!, price: price! } };
}

async function nextQuotes(reader: RowReader): Promise<MarketBatch | undefined> {
  const { batch } = await reader.read() ?? {};
  if (!batch) return undefined;
  const [symbol, ts, bid, ask] = batch.columns.map(asFlat);
  return { length: batch.length, columns: { symbol: symbol!, ts: ts!, bid: bid!, ask: ask! } };
}

await main();
