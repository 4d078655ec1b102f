/** Books that the market plugin rebuilds from captures, against what the exchanges said of them. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { openFileDataset } from "../../../runtime/cli/file_dataset.ts";
import { rowValues } from "../../../runtime/cli/row_text.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand } from "../../runtime/cli/command_call.ts";
import {
  binanceMessages,
  binanceQuotes,
  coinbaseMessages,
  hasCaptures,
  type Message,
  okxMessages,
} from "./captures.ts";

interface Level {
  readonly price: number;
  readonly size: number;
}

interface Book {
  readonly symbol: string;
  /** Of the message that made it. */
  readonly index: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly gaps: number;
  readonly refused: number;
}

const FIRST_US = 1_700_000_000_000_000;
const ignore = !hasCaptures();
const why = ignore ? " (skipped: the captures are not on this machine)" : "";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test({
  name: `OKX: the checksum of every message is that of our book${why}`,
  ignore,
  fn: async () => {
    const messages = okxMessages();
    const books = await booksOf(messages, 25);
    assert.equal(books.length, messages.length);
    const texts = new Map<string, readonly [string, string]>();
    for (const { index, symbol, bids, asks } of books) {
      const message = messages[index]!;
      for (const [price, size] of [...message.bids, ...message.asks]) {
        texts.set(`${symbol} ${Number(price)} ${Number(size)}`, [price, size]);
      }
      const text = Array.from({ length: 25 }, (_, i) => [bids[i], asks[i]]).flat()
        .flatMap((level) => level ? texts.get(`${symbol} ${level.price} ${level.size}`)! : []);
      assert.equal(crc32(text.join(":")) | 0, message.checksum, `message ${index}`);
    }
  },
});

for (const name of ["usdm_btcusdt_20240808", "usdm_ethusdt_20240808", "spot_btcusdt_20240808"]) {
  Deno.test({
    name: `Binance, ${name}: best bid and ask are those of its own ticker${why}`,
    ignore,
    fn: async () => {
      const messages = binanceMessages(name);
      const quotes = binanceQuotes(name);
      const books = await booksOf(messages, 1);
      let at = 0, same = 0, other = 0;
      for (const { index, bids, asks, gaps, refused } of books) {
        assert.deepEqual([gaps, refused], [0, 0]);
        const { sequence } = messages[index]!;
        while (at + 1 < quotes.length && quotes[at + 1]!.updateId <= sequence!) at++;
        const { updateId, bid, ask } = quotes[at]!;
        if (updateId > sequence! || at + 1 === quotes.length) continue;
        if (bids[0]!.price === bid && asks[0]!.price === ask) same++;
        else other++;
      }
      assert.ok(same > 800, `${same} compared`);
      // The ticker of the spot market is ahead of its book of every 100 ms now and then.
      assert.ok(other <= (name.startsWith("spot") ? 2 : 0), `${other} of ${same + other} differ`);
    },
  });
}

Deno.test({
  name: `Coinbase: books of ten products are those of a plain replay, and are never crossed${why}`,
  ignore,
  fn: async () => {
    const messages = coinbaseMessages();
    const plain = new Map<string, Map<string, number>>();
    const books = new Map((await booksOf(messages, 50)).map((book) => [book.index, book]));
    messages.forEach(({ symbol, isSnapshot, bids, asks }, index) => {
      const levels = isSnapshot ? new Map<string, number>() : plain.get(symbol)!;
      plain.set(symbol, levels);
      for (const [side, changes] of [["b", bids], ["a", asks]] as const) {
        for (const [price, size] of changes) levels.set(`${side}${Number(price)}`, Number(size));
      }
      if (index % 50 !== 0) return;
      const sideOf = (side: string, sign: number) =>
        [...levels].filter(([key, size]) => key[0] === side && size > 0)
          .map(([key, size]) => ({ price: Number(key.slice(1)), size }))
          .sort((a, b) => sign * (a.price - b.price)).slice(0, 50);
      const book = books.get(index)!;
      assert.deepEqual([book.bids, book.asks], [sideOf("b", -1), sideOf("a", 1)]);
      assert.ok(book.bids[0]!.price < book.asks[0]!.price);
    });
    assert.ok(books.size > 5000);
  },
});

/** Runs the messages through the plugin, a microsecond apart. */
async function booksOf(messages: readonly Message[], depth: number): Promise<readonly Book[]> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "messages.ndjson"), messages.map(lineOf).join(""));
    await Deno.writeTextFile(join(folder, "set.yaml"), configText(depth));
    const out = join(folder, "books.arrow");
    const { code, err } = await callCommand(
      ["run", join(folder, "set.yaml"), "--out", out, "--store", join(folder, "store.db")],
      createDirectLauncher(),
    );
    assert.equal(code, 0, err);
    return await readBooks(out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function lineOf({ symbol, isSnapshot, sequence, previous, bids, asks }: Message, index: number) {
  const levels = (side: Message["bids"]) =>
    side.map(([price, size]) => ({ price: Number(price), size: Number(size) }));
  const row = { symbol, ts: FIRST_US + index, is_snapshot: isSnapshot, sequence, previous };
  return `${JSON.stringify({ ...row, bids: levels(bids), asks: levels(asks) })}\n`;
}

function configText(depth: number): string {
  return `plugins: [market]
start_date: 2023-01-01
end_date: 2024-01-01
spine: { feature: book }
data_sources:
  - source: market.book_messages
    path: messages.ndjson
    columns: { ts: { from: ts, unit: us } }
feature_configs:
  - feature_definition: market.l2_snapshot
    name: book
    params: { feature: { depth: ${depth} } }
`;
}

async function readBooks(path: string): Promise<readonly Book[]> {
  await using dataset = await openFileDataset(path);
  const books: Book[] = [];
  const names = ["symbol", "timestamp", "book.bids", "book.asks", "book.gaps", "book.refused"];
  for await (const batch of dataset.batches(names)) {
    const columns = names.map((name) => dataset.columns.find((column) => column.name === name)!);
    for (const values of rowValues(columns, batch, dataset.symbols)) {
      const [symbol, time, bids, asks, gaps, refused] = JSON.parse(JSON.stringify(values));
      const index = Math.round(microseconds(time) - FIRST_US);
      books.push({ symbol, index, bids, asks, gaps: Number(gaps), refused: Number(refused) });
    }
  }
  return books;
}

/** Of a time as text, to the microsecond. */
function microseconds(text: string): number {
  const [, seconds = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z?$/.exec(text.replace(" ", "T")) ??
    [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}
