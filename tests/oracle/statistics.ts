/** Statistics of numbers in two passes. */
import type { AggregateCall } from "../../dsl/typed_ast.ts";
import type { Sample } from "./aggregate.ts";
import { numberOf, type Value } from "./value.ts";

const SECOND_US = 1_000_000;

export function statisticOf(call: AggregateCall, samples: readonly Sample[]): Value {
  const numbers = samples.map(({ values }) => numberOf(values[0] ?? null));
  const others = samples.map(({ values }) => numberOf(values[1] ?? null));
  switch (call.name) {
    case "sum":
      return numbers.reduce((total, x) => total + x, 0);
    case "avg":
      return numbers.length === 0 ? null : mean(numbers);
    case "var":
      return covariance(numbers, numbers, 1);
    case "stddev":
      return root(covariance(numbers, numbers, 1));
    case "var_pop":
      return covariance(numbers, numbers, 0);
    case "stddev_pop":
      return root(covariance(numbers, numbers, 0));
    case "covar":
      return covariance(numbers, others, 1);
    case "corr":
      return correlation(numbers, others);
    case "skew":
      return skewness(numbers);
    case "kurtosis":
      return kurtosis(numbers);
    case "median":
      return quantile(numbers, 0.5);
    case "quantile":
    case "approx_quantile":
      return quantile(numbers, call.quantile ?? 0.5);
    case "delta":
      return numbers.length === 0 ? null : (numbers.at(-1) ?? 0) - (numbers[0] ?? 0);
    case "slope":
      return slope(numbers, samples.map(({ timeUs }) => timeUs / SECOND_US));
    case "drawdown":
      return drawdown(numbers);
    default:
      throw new RangeError(`Cannot compute "${call.name}": the oracle has no such aggregate`);
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0) / numbers.length;
}

/** Null when fewer than `freedom` + 1 pairs are there. */
function covariance(
  numbers: readonly number[],
  others: readonly number[],
  freedom: number,
): number | null {
  if (numbers.length <= freedom) return null;
  return coMoment(numbers, others) / (numbers.length - freedom);
}

function coMoment(numbers: readonly number[], others: readonly number[]): number {
  const [x, y] = [mean(numbers), mean(others)];
  return numbers.reduce((total, one, i) => total + (one - x) * ((others[i] ?? NaN) - y), 0);
}

function root(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
}

function isConstant(numbers: readonly number[]): boolean {
  return numbers.every((x) => x === numbers[0]);
}

function correlation(numbers: readonly number[], others: readonly number[]): number | null {
  if (numbers.length < 2 || isConstant(numbers) || isConstant(others)) return null;
  return coMoment(numbers, others) /
    Math.sqrt(coMoment(numbers, numbers) * coMoment(others, others));
}

function centralMoment(numbers: readonly number[], power: number): number {
  const centre = mean(numbers);
  return numbers.reduce((total, x) => total + (x - centre) ** power, 0) / numbers.length;
}

/** G1. */
function skewness(numbers: readonly number[]): number | null {
  const n = numbers.length;
  if (n < 3 || isConstant(numbers)) return null;
  const biased = centralMoment(numbers, 3) / centralMoment(numbers, 2) ** 1.5;
  return Math.sqrt(n * (n - 1)) / (n - 2) * biased;
}

/** Excess G2. */
function kurtosis(numbers: readonly number[]): number | null {
  const n = numbers.length;
  if (n < 4 || isConstant(numbers)) return null;
  const biased = centralMoment(numbers, 4) / centralMoment(numbers, 2) ** 2 - 3;
  return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * biased + 6);
}

/** Type 7: linear between the ranks around p · (n − 1). */
function quantile(numbers: readonly number[], p: number): number | null {
  if (numbers.length === 0) return null;
  const sorted = numbers.toSorted((a, b) => a - b);
  const rank = p * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? NaN;
  const high = sorted[Math.ceil(rank)] ?? NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}

function slope(numbers: readonly number[], seconds: readonly number[]): number | null {
  if (numbers.length === 0 || isConstant(seconds)) return null;
  return coMoment(seconds, numbers) / coMoment(seconds, seconds);
}

/** The largest fall from a positive peak to a later value, as a part of the peak. */
function drawdown(numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  const falls = numbers.flatMap((peak, i) =>
    peak > 0 ? numbers.slice(i + 1).map((later) => (peak - later) / peak) : []
  );
  return Math.max(0, ...falls);
}
