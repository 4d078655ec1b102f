/** Aggregates by two passes over the rows of a window: the definition, written down. */
import { TEXTS } from "./run_aggregates.ts";

/** Values of the rows that count, in order. */
export interface Values {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly t: readonly number[];
  /** The time one stands at. */
  readonly q: number;
}

export function meanOf(values: readonly number[]): number {
  const base = values[0] ?? NaN;
  return base + total(values.map((value) => value - base)) / values.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function sumOf({ x }: Values): number {
  return total(x);
}

export function variance({ x }: Values): number {
  return x.length < 2 ? NaN : productSum(centred(x), centred(x)) / (x.length - 1);
}

export function median({ x }: Values): number {
  const sorted = x.toSorted((a, b) => a - b);
  const middle = (x.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

function centred(values: readonly number[]): number[] {
  const mean = meanOf(values);
  return values.map((value) => value - mean);
}

function productSum(a: readonly number[], b: readonly number[]): number {
  return total(a.map((value, i) => value * (b[i] ?? NaN)));
}

function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

export function covariance({ x, y }: Values): number {
  return x.length < 2 ? NaN : productSum(centred(x), centred(y)) / (x.length - 1);
}

export function correlation({ x, y }: Values): number {
  if (x.length < 2 || isConstant(x) || isConstant(y)) return NaN;
  const [a, b] = [centred(x), centred(y)];
  return productSum(a, b) / Math.sqrt(productSum(a, a) * productSum(b, b));
}

export function slope({ x, t }: Values): number {
  if (isConstant(t)) return NaN;
  const seconds = centred(t.map((time) => (time - (t[0] ?? 0)) / 1e6));
  return productSum(seconds, centred(x)) / productSum(seconds, seconds);
}

export function skewness({ x }: Values): number {
  const n = x.length;
  if (n < 3 || isConstant(x)) return NaN;
  const a = centred(x);
  const m2 = productSum(a, a) / n;
  const m3 = total(a.map((v) => v ** 3)) / n;
  return Math.sqrt(n * (n - 1)) / (n - 2) * m3 / m2 ** 1.5;
}

export function kurtosis({ x }: Values): number {
  const n = x.length;
  if (n < 4 || isConstant(x)) return NaN;
  const a = centred(x);
  const m2 = productSum(a, a) / n;
  const m4 = total(a.map((v) => v ** 4)) / n;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2 ** 2 - 3) + 6);
}

export function decayedSum(halfLife: number, { x, t, q }: Values): number {
  if (x.length === 0) return NaN;
  return total(x.map((value, i) => value * 2 ** (((t[i] ?? NaN) - q) / halfLife)));
}

/** Weights relative to the newest row, whose weight cannot vanish. */
export function ewma(halfLife: number, { x, t }: Values): number {
  const q = t.at(-1) ?? NaN;
  return decayedSum(halfLife, { x, y: x, t, q }) /
    decayedSum(halfLife, { x: x.map(() => 1), y: x, t, q });
}

export function drawdown({ x }: Values): number {
  if (x.length === 0) return NaN;
  let most = 0;
  x.forEach((peak, i) => {
    if (peak <= 0) return;
    for (const later of x.slice(i + 1)) most = Math.max(most, (peak - later) / peak);
  });
  return most;
}

function countsOf(x: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of x) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
}

export function entropy({ x }: Values): number {
  if (x.length === 0) return NaN;
  return total(countsOf(x).map((count) => -count / x.length * Math.log2(count / x.length)));
}

export function modeShare({ x }: Values): number {
  return x.length === 0 ? NaN : Math.max(...countsOf(x)) / x.length;
}

export function distinctOf({ x }: Values): number {
  return new Set(x).size;
}

/** The x of the earliest row whose y is not after any other's. */
export function argument(
  compare: (a: number, b: number) => number,
  { x, y }: Values,
): number {
  const best = y.findIndex((value) => y.every((other) => compare(value, other) <= 0));
  return x[best] ?? NaN;
}

/** Order of texts by their UTF-8 bytes. */
export function byBytes(a: number, b: number): number {
  const [left, right] = [a, b].map((code) => new TextEncoder().encode(TEXTS[code]));
  for (let i = 0; i < Math.min(left!.length, right!.length); i++) {
    if (left![i] !== right![i]) return left![i]! - right![i]!;
  }
  return left!.length - right!.length;
}
