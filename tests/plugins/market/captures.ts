/** Captures of exchanges, as rows of `market.book_messages`, with what the exchange itself said of the book. */
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const DATA = join(import.meta.dirname ?? ".", "../../../../shared/data/market");

/** Price and size as the exchange wrote them. */
export type TextLevel = readonly [price: string, size: string, ...more: string[]];

export interface Message {
  readonly symbol: string;
  readonly isSnapshot: boolean;
  readonly sequence: number | null;
  readonly previous: number | null;
  readonly bids: readonly TextLevel[];
  readonly asks: readonly TextLevel[];
  /** Of the book after it. */
  readonly checksum?: number;
}

/** True where the captures are. */
export function hasCaptures(): boolean {
  try {
    return Deno.statSync(DATA).isDirectory;
  } catch {
    return false;
  }
}

/** Futures name the message before (`pu`), spot the first of the changes that a message holds (`U`). */
export function binanceMessages(name: string): readonly Message[] {
  return linesOf(`binance/${name}.book.ndjson.gz`).map((line) => {
    const { type, U, u, pu, lastUpdateId, bids, asks } = JSON.parse(line);
    const isSnapshot = type === "snapshot";
    const previous = isSnapshot ? null : pu ?? U - 1;
    return { symbol: name, isSnapshot, sequence: u ?? lastUpdateId, previous, bids, asks };
  });
}

export interface Quote {
  readonly updateId: number;
  readonly bid: number;
  readonly ask: number;
}

/** Best bid and ask after each change of the book. */
export function binanceQuotes(name: string): readonly Quote[] {
  return cellsOf(`binance/${name}.quotes.csv.gz`, ["update_id", "bid", "ask"])
    .map(([id, bid, ask]) => ({ updateId: Number(id), bid: Number(bid), ask: Number(ask) }));
}

export interface Trade {
  readonly symbol: string;
  /** Milliseconds since 1970. */
  readonly ms: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly amount: number;
}

/** What was traded, in the order of the exchange. */
export function binanceTrades(name: string): readonly Trade[] {
  const columns = ["symbol", "ts_ms", "taker_side", "price", "qty"];
  return cellsOf(`binance/${name}.trades.csv.gz`, columns)
    .map(([symbol = "", ms, side, price, amount]) => ({
      symbol,
      ms: Number(ms),
      side: side === "buy" ? "buy" : "sell",
      price: Number(price),
      amount: Number(amount),
    }));
}

export function okxMessages(): readonly Message[] {
  return recorded("cryptofeed/okx_20220513.txt.gz").flatMap(({ arg, action, data }) => {
    if (arg?.channel !== "books" || !data) return [];
    return data.map(({ bids, asks, checksum }: Record<string, never>) => ({
      symbol: arg.instId,
      isSnapshot: action === "snapshot",
      sequence: null,
      previous: null,
      bids,
      asks,
      checksum,
    }));
  });
}

export function coinbaseMessages(): readonly Message[] {
  return recorded("cryptofeed/coinbase_20210417_10products.txt.gz").flatMap((message) => {
    const { type, product_id: symbol } = message;
    if (type !== "snapshot" && type !== "l2update") return [];
    const sideOf = (side: string): TextLevel[] =>
      message.changes.filter(([name]: string[]) => name === side)
        .map(([, price, size]: string[]) => [price, size]);
    const isSnapshot = type === "snapshot";
    return [{
      symbol,
      isSnapshot,
      sequence: null,
      previous: null,
      bids: isSnapshot ? message.bids : sideOf("buy"),
      asks: isSnapshot ? message.asks : sideOf("sell"),
    }];
  });
}

// deno-lint-ignore no-explicit-any -- what exchanges send
function recorded(file: string): readonly any[] {
  return linesOf(file).flatMap((line) => {
    const at = line.indexOf(": {");
    return at < 0 || !/^[0-9.]+$/.test(line.slice(0, at)) ? [] : [JSON.parse(line.slice(at + 2))];
  });
}

function cellsOf(file: string, columns: readonly string[]): readonly string[][] {
  const [head = "", ...lines] = linesOf(file);
  const places = columns.map((column) => head.split(",").indexOf(column));
  return lines.map((line) => {
    const cells = line.split(",");
    return places.map((place) => cells[place] ?? "");
  });
}

function linesOf(file: string): string[] {
  const text = new TextDecoder().decode(gunzipSync(Deno.readFileSync(join(DATA, file))));
  return text.split("\n").filter((line) => line !== "");
}
