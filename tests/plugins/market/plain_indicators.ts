/** Indicators of the market plugin, each time from all trades anew, as its doc comments say them. */
import type { Trade } from "./captures.ts";

export const BAR_MS = 5_000;

export interface Bar {
  readonly symbol: string;
  readonly endMs: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly notional: number;
  /** Bought less sold. */
  readonly signed: number;
}

/** Bars with at least one trade, that are over at the time. */
export function barsOf(trades: readonly Trade[], atMs: number): readonly Bar[] {
  const groups = Map.groupBy(trades, ({ ms }) => (Math.floor(ms / BAR_MS) + 1) * BAR_MS);
  return [...groups].filter(([endMs]) => endMs <= atMs).map(([endMs, inside]) => {
    const prices = inside.map(({ price }) => price);
    return {
      symbol: inside[0]!.symbol,
      endMs,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      notional: sum(inside.map(({ price, amount }) => price * amount)),
      signed: sum(inside.map(({ side, amount }) => side === "buy" ? amount : -amount)),
    };
  });
}

/** Of trades in the window before the time: mean price by volume, imbalance of notional, Roll's spread. */
export function ofTrades(trades: readonly Trade[], atMs: number, windowMs: number) {
  const isInside = ({ ms }: Trade) => ms > atMs - windowMs && ms <= atMs;
  const inside = trades.filter(isInside);
  const notionalOf = (list: readonly Trade[]) =>
    sum(list.map(({ price, amount }) => price * amount));
  const buys = notionalOf(inside.filter(({ side }) => side === "buy"));
  const total = notionalOf(inside);
  const pairs = trades.flatMap((trade, i) =>
    i < 2 || !isInside(trade) ? [] : [[
      trade.price - trades[i - 1]!.price,
      trades[i - 1]!.price - trades[i - 2]!.price,
    ]]
  );
  const moved = covariance(pairs.map(([x]) => x!), pairs.map(([, y]) => y!));
  return {
    vwap: total / sum(inside.map(({ amount }) => amount)),
    tvi: 2 * (2 * buys - total) / total,
    roll: 2 * Math.sqrt(-moved),
    /** Rounding alone decides the sign. */
    isRollDoubtful: Math.abs(moved) < 1e-9,
  };
}

/** Of bars in the window: realised volatility, Amihud's illiquidity, Kyle's lambda. */
export function ofReturns(bars: readonly Bar[], atMs: number, windowMs: number) {
  const steps = bars.slice(1)
    .map((bar, i) => ({ ...bar, before: bars[i]!.close }))
    .filter(({ endMs }) => endMs > atMs - windowMs);
  const changes = steps.map(({ close, before }) => close - before);
  const flows = steps.map(({ signed }) => signed);
  return {
    realised: Math.sqrt(sum(steps.map(({ close, before }) => Math.log(close / before) ** 2))),
    amihud: mean(
      steps.map(({ close, before, notional }) => Math.abs(close / before - 1) / notional),
    ),
    kyle: covariance(changes, flows) / covariance(flows, flows),
  };
}

/** Exponential mean by its closed form: weights of each value, the first n together. NaN before n. */
export function exponential(values: readonly number[], n: number, share: number): number {
  const later = values.slice(n);
  const rest = (1 - share) ** later.length;
  const weighted = later.map((value, i) => share * (1 - share) ** (later.length - 1 - i) * value);
  return values.length < n ? NaN : rest * mean(values.slice(0, n)) + sum(weighted);
}

export function rsiOf(closes: readonly number[], n: number): number {
  const changes = closes.slice(1).map((close, i) => close - closes[i]!);
  const gains = exponential(changes.map((change) => Math.max(0, change)), n, 1 / n);
  const losses = exponential(changes.map((change) => Math.max(0, -change)), n, 1 / n);
  return 100 - 100 / (1 + gains / losses);
}

export function macdLine(closes: readonly number[], fast: number, slow: number): number {
  return exponential(closes, fast, 2 / (fast + 1)) - exponential(closes, slow, 2 / (slow + 1));
}

export function atrOf(bars: readonly Bar[], n: number): number {
  const ranges = bars.map(({ high, low }, i) => {
    const before = bars[i - 1]?.close ?? high;
    return Math.max(high, i === 0 ? high : before) - Math.min(low, i === 0 ? low : before);
  });
  return exponential(ranges, n, 1 / n);
}

/** Deviations that the last return stands from those of all bars that end with it. */
export function zscoreOf(bars: readonly Bar[], all: readonly (readonly Bar[])[]): number {
  const returnAt = (list: readonly Bar[], endMs: number) => {
    const i = list.findIndex((bar) => bar.endMs === endMs);
    return i < 1 ? [] : [list[i]!.close / list[i - 1]!.close - 1];
  };
  const { endMs } = bars.at(-1)!;
  const returns = all.flatMap((list) => returnAt(list, endMs));
  const [own = NaN] = returnAt(bars, endMs);
  return (own - mean(returns)) / Math.sqrt(covariance(returns, returns));
}

export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of samples: NaN under two. */
function covariance(x: readonly number[], y: readonly number[]): number {
  const [middleX, middleY] = [mean(x), mean(y)];
  return sum(x.map((value, i) => (value - middleX) * (y[i]! - middleY))) / (x.length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
