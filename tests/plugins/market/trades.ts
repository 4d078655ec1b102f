/** Trades of some symbols: drawn from a seed, and those of a capture. */
import { Random } from "../../support/random.ts";
import { binanceTrades, type Trade } from "./captures.ts";

/** Three symbols for five minutes, one of them often silent; prices on a grid, so that many are equal. */
export function randomTrades(seed: number): readonly Trade[] {
  const random = new Random(seed);
  const cents = new Map([["A", 10_000], ["B", 2_000], ["C", 500]]);
  const trades: Trade[] = [];
  for (let ms = 1_700_000_000_000; ms < 1_700_000_300_000; ms += random.between(1, 400)) {
    const symbol = random.pick(random.chance(0.03) ? ["C"] : ["A", "B"]);
    cents.set(symbol, Math.max(1, cents.get(symbol)! + random.between(-9, 9)));
    const side = random.pick(["buy", "sell"] as const);
    trades.push({
      symbol,
      ms,
      side,
      price: cents.get(symbol)! / 100,
      amount: random.between(1, 50) / 8,
    });
  }
  return trades;
}

/** The first two minutes of two futures. */
export function capturedTrades(): readonly Trade[] {
  const trades = ["usdm_btcusdt_20240808", "usdm_ethusdt_20240808"].flatMap(binanceTrades);
  const until = Math.min(...trades.map(({ ms }) => ms)) + 120_000;
  return trades.filter(({ ms }) => ms < until).sort((a, b) => a.ms - b.ms);
}
