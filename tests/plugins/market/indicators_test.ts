/** Indicators of the market plugin against plain recomputation at every instant of a grid. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openFileDataset } from "../../../runtime/cli/file_dataset.ts";
import { parseTime } from "../../../runtime/cli/parse_time.ts";
import { rowValues } from "../../../runtime/cli/row_text.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand } from "../../runtime/cli/command_call.ts";
import { hasCaptures, type Trade } from "./captures.ts";
import {
  atrOf,
  BAR_MS,
  barsOf,
  deviation,
  exponential,
  macdLine,
  mean,
  ofReturns,
  ofTrades,
  rsiOf,
  zscoreOf,
} from "./plain_indicators.ts";
import { capturedTrades, randomTrades } from "./trades.ts";

type Row = Readonly<Record<string, unknown>>;

const WINDOW_MS = 60_000, TRADE_WINDOW_MS = 20_000;
const FEATURES: Readonly<Record<string, string>> = {
  ohlcv: "window: 5s",
  vwap: "window: 20s",
  trade_imbalance: "window: 20s",
  roll_spread: "window: 20s",
  realised_volatility: "bar: 5s, window: 1m",
  amihud: "bar: 5s, window: 1m",
  kyle_lambda: "bar: 5s, window: 1m",
  ema: "bar: 5s, n: 4",
  rsi: "bar: 5s, n: 4",
  macd: "bar: 5s, fast: 3, slow: 6, signal: 4",
  bollinger: "bar: 5s, n: 5",
  atr: "bar: 5s, n: 4",
  cross_sectional_zscore: "bar: 5s",
};

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

for (const seed of [1, 2]) {
  Deno.test(`indicators of random trades, seed ${seed}, are those computed anew`, async () => {
    await compare(randomTrades(seed));
  });
}

Deno.test({
  name: `indicators of Binance futures are those computed anew${
    hasCaptures() ? "" : " (skipped: the captures are not on this machine)"
  }`,
  ignore: !hasCaptures(),
  fn: () => compare(capturedTrades()),
});

async function compare(trades: readonly Trade[]): Promise<void> {
  const symbols = Map.groupBy(trades, ({ symbol }) => symbol);
  const rows = await rowsOf(trades);
  assert.ok(rows.length > 20 * symbols.size);
  for (const row of rows) {
    const atMs = parseTime(String(row.timestamp))! / 1000;
    const own = symbols.get(String(row.symbol))!;
    const all = [...symbols.values()].map((list) => barsOf(list, atMs));
    const expected = expectedAt(own, all, atMs);
    for (const [name, wanted] of Object.entries(expected)) {
      assertNear(row[name], wanted, `${name} of ${row.symbol} at ${row.timestamp}`);
    }
  }
}

function expectedAt(
  trades: readonly Trade[],
  all: readonly ReturnType<typeof barsOf>[],
  atMs: number,
): Readonly<Record<string, number>> {
  const bars = barsOf(trades, atMs);
  if (bars.length === 0) return { "ohlcv.close": NaN, "ema.value": NaN };
  const closes = bars.map(({ close }) => close);
  const lines = closes.map((_, i) => macdLine(closes.slice(0, i + 1), 3, 6)).slice(5);
  const { vwap, tvi, roll, isRollDoubtful } = ofTrades(trades, atMs, TRADE_WINDOW_MS);
  const { realised, amihud, kyle } = ofReturns(bars, atMs, WINDOW_MS);
  const last = closes.length < 5 ? [] : closes.slice(-5);
  return {
    "ohlcv.high": bars.at(-1)!.high,
    "ohlcv.low": bars.at(-1)!.low,
    "ohlcv.close": closes.at(-1)!,
    "ohlcv.notional": bars.at(-1)!.notional,
    "vwap.price": vwap,
    "trade_imbalance.tvi": tvi,
    ...isRollDoubtful ? {} : { "roll_spread.value": roll },
    "realised_volatility.value": realised,
    "amihud.value": amihud,
    "kyle_lambda.value": kyle,
    "ema.value": exponential(closes, 4, 2 / 5),
    "rsi.value": rsiOf(closes, 4),
    "macd.line": macdLine(closes, 3, 6),
    "macd.signal": exponential(lines, 4, 2 / 5),
    "bollinger.middle": mean(last),
    "bollinger.upper": mean(last) + 2 * deviation(last),
    "atr.value": atrOf(bars, 4),
    "cross_sectional_zscore.value": zscoreOf(bars, all),
  };
}

/** The plugin's answers at multiples of a bar. */
async function rowsOf(trades: readonly Trade[]): Promise<readonly Row[]> {
  const folder = await Deno.makeTempDir();
  try {
    const lines = trades.map(({ symbol, ms, side, price, amount }) =>
      `${symbol},${ms},${side},${price},${amount}\n`
    );
    await Deno.writeTextFile(
      join(folder, "trades.csv"),
      `symbol,ts,side,price,amount\n${lines.join("")}`,
    );
    await Deno.writeTextFile(join(folder, "set.yaml"), configText(trades.at(-1)!.ms));
    const out = join(folder, "set.arrow");
    const { code, err } = await callCommand(
      ["run", join(folder, "set.yaml"), "--out", out, "--store", join(folder, "store.db")],
      createDirectLauncher(),
    );
    assert.equal(code, 0, err);
    return await readRows(out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function configText(endMs: number): string {
  const features = Object.entries(FEATURES).map(([name, params]) =>
    `  - { feature_definition: market.${name}, name: ${name}, params: { feature: { ${params} } } }\n`
  );
  return `plugins: [market]
start_date: 2023-01-01
end_date: ${new Date(endMs).toISOString()}
sampling: ${BAR_MS / 1000}s
data_sources:
  - source: market.trades
    path: trades.csv
    columns: { ts: { from: ts, unit: ms } }
feature_configs:
${features.join("")}`;
}

async function readRows(path: string): Promise<readonly Row[]> {
  await using dataset = await openFileDataset(path);
  const names = dataset.columns.map(({ name }) => name);
  const rows: Row[] = [];
  for await (const batch of dataset.batches(names)) {
    for (const values of rowValues(dataset.columns, batch, dataset.symbols)) {
      const cells = JSON.parse(JSON.stringify(values)) as unknown[];
      rows.push(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null])));
    }
  }
  return rows;
}

/** Rounding aside; NaN and infinities are null in a set. */
function assertNear(actual: unknown, wanted: number, what: string): void {
  if (!Number.isFinite(wanted)) return assert.equal(actual, null, what);
  assert.notEqual(actual, null, `${what}: null instead of ${wanted}`);
  const off = Math.abs(Number(actual) - wanted);
  assert.ok(off <= 1e-8 * Math.max(1, Math.abs(wanted)), `${what}: ${actual} instead of ${wanted}`);
}
