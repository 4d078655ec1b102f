/** One run of case (j), as a process: a window as wide as the first argument says over made-up rows of 100 keys. */
import { SymbolTable } from "../../runtime/arrow/mod.ts";
import { createSite } from "../../runtime/engine/mod.ts";
import { pump } from "../../runtime/set/pump.ts";
import { type EntryReader, SourceFeed } from "../../runtime/set/source_feed.ts";
import { openScratch } from "../../runtime/store/mod.ts";
import { openSitesInline } from "../../runtime/worker/mod.ts";
import { Random } from "../support/random.ts";
import { compileCost } from "./cost_plan.ts";
import { planRoad } from "./engine_road.ts";
import { keyName, START_US } from "./market_rows.ts";

const KEYS = 100;
const BATCH_ROWS = 65_536;
const DAY_US = 86_400_000_000;

/** Rows that are made when they are read: none of them is in memory before. */
function madeReader(rows: number, days: number): EntryReader {
  const random = new Random(1);
  const gapUs = days * DAY_US / rows;
  let made = 0;
  return {
    bytesRead: 0,
    bytesTotal: 0,
    read() {
      const length = Math.min(BATCH_ROWS, rows - made);
      if (length === 0) return Promise.resolve(undefined);
      const first = made;
      const symbol = Int32Array.from({ length }, () => random.int(KEYS));
      const ts = Float64Array.from(
        { length },
        (_, i) => START_US + Math.floor((first + i) * gapUs),
      );
      const price = Float64Array.from({ length }, () => random.int(10_000) / 100);
      made += length;
      const batch = { length, columns: [symbol, ts, price] };
      return Promise.resolve({ batch, firstRow: first + 1, file: "made", rejected: [] });
    },
    close: () => Promise.resolve(),
  };
}

async function main([width = "30d", rows = "1000000", days = "60"]: readonly string[]) {
  const { feature } = compileCost(`feature cost on trades {
    n = count(), total = sum(price), low = min(price), high = max(price), spread = stddev(price)
  } over ${width}`);
  const plan = planRoad({ rowsOf: [feature] });
  const symbols = new SymbolTable();
  for (let key = 0; key < KEYS; key++) symbols.intern(keyName(key));
  using scratch = openScratch();
  await pump({
    plan,
    partitions: 1,
    symbols,
    shelf: scratch,
    endUs: Infinity,
    openSites: (sites, listener) =>
      openSitesInline(sites, {
        ...listener,
        partitions: 1,
        createSite,
      }),
    createFeeds: () =>
      Promise.resolve(plan.sources.map((source) =>
        new SourceFeed({
          plan: source,
          symbols,
          entries: [madeReader(Number(rows), Number(days))],
        })
      )),
    onResult: () => {},
    onRows: () => {},
    onDropped: () => {},
  });
}

await main(Deno.args);
