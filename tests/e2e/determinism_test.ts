/** The same plugins and data give the same bytes, however the work is cut up over real workers. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { runSet } from "../../runtime/set/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { inSetFolder, type SetFolder } from "./set_folder.ts";
import { csvOf, makeTrades, START_US } from "./trades.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

const MARKET = `import { plugin } from "featurizer";
const fee = (symbol: string, price: number): number => price * symbol.length / 7;
export default plugin("market")\`
  source trades {
    symbol string key, ts timestamp time, price f64, amount i64, side string
    fee f64 = \${fee}(symbol, price) as f64
  } lateness 30s unique by ts, price, amount within 1m
  feature volume on trades {
    all = sum(amount), fees = sum(fee * 0.1), spread = stddev(price),
    middle = median(price), sides = count_distinct(side)
  } over 1m
  feature bars on trades { low = min(price), close = last(price), mean = avg(fee) } over tumbling 1m
  feature by_side on trades by side { share = sum(fee) } over last 50
\`;
`;

const RISK = `import { plugin } from "featurizer";
import market from "./market.ts";
const squash = (x: number): number => Math.tanh(x);
export default plugin("risk")\`
  feature step on \${market.bars} { change = close - prev(close) }
  feature score on \${market.trades} join \${market.by_side} as s on side == s.side {
    value = \${squash}(price * 0.01) as f64, others = s.share
  }
\`;
`;

const CONFIG = `plugins: [./market.ts, ./risk.ts]
start_date: 2024-05-01 09:05
end_date: 2024-05-01 13:00
label_feature: volume
label_lookahead: 90s
data_sources:
  - { source: market.trades, path: low.csv }
  - { source: market.trades, path: high.csv }
feature_configs:
  - feature_definition: market.volume
  - feature_definition: market.bars
  - feature_definition: risk.step
  - feature_definition: risk.score
features_to_store: [volume, bars, score]
`;

/** Trades out of order, some later than the lateness admits, some twice. */
function files(): Readonly<Record<string, string>> {
  const trades = makeTrades(6000, 3).map((trade, i) => ({
    ...trade,
    ts: trade.ts - (i % 11 === 0 ? 20_000_000 : i % 501 === 0 ? 90_000_000 : 0),
  })).flatMap((trade, i) => i % 37 === 0 ? [trade, trade] : [trade]);
  assert.ok((trades.at(-1)?.ts ?? 0) > START_US + 2 * 3_600_000_000);
  const isLow = (_: unknown, i: number) => i % 3 === 0;
  return {
    "market.ts": MARKET,
    "risk.ts": RISK,
    "low.csv": csvOf(trades.filter(isLow)),
    "high.csv": csvOf(trades.filter((trade, i) => !isLow(trade, i))),
  };
}

interface Cut {
  readonly batchRows: number;
  readonly partitions: number;
}

async function bytesOf(folder: SetFolder, { batchRows, partitions }: Cut): Promise<Uint8Array> {
  const name = `${batchRows}-${partitions}`;
  const report = await runSet({
    config: folder.path("set.yaml"),
    out: folder.path(`out/${name}.arrow`),
    store: join(folder.folder, `${name}.db`),
    batchRows,
    partitions,
  }, { launcher: createDirectLauncher() });
  assert.deepEqual(report.reused, []);
  assert.ok(report.rows > 1000, `${report.rows} rows`);
  return Deno.readFileSync(report.path);
}

const SPINES = ["sampling: 7s", "spine: { feature: score }"];

for (const spine of SPINES) {
  Deno.test(`batches and partitions do not change a byte of the result: ${spine}`, () =>
    inSetFolder({ ...files(), "set.yaml": `${CONFIG}${spine}\n` }, async (folder) => {
      const expected = await bytesOf(folder, { batchRows: 65_536, partitions: 1 });
      for (const partitions of [1, 2, 3]) {
        for (const batchRows of [1000, 65_536]) {
          if (partitions === 1 && batchRows === 65_536) continue;
          const actual = await bytesOf(folder, { batchRows, partitions });
          const isSame = Buffer.compare(actual, expected) === 0;
          assert.ok(isSame, `batches of ${batchRows}, ${partitions} partitions`);
        }
      }
    }));
}
