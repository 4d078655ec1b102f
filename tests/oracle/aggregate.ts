/** Aggregates by brute force over the list of their inputs. */
import type { AggregateCall } from "../../dsl/typed_ast.ts";
import type { Value } from "./value.ts";

/** The value of an aggregate over its window's operands in order of position; `true` stands for a counted row. */
export function aggregateOf(call: AggregateCall, operands: readonly Value[]): Value {
  const present = operands.filter((value) => value !== null);
  const numbers = present.map(Number);
  switch (call.name) {
    case "count":
      return present.length;
    case "count_distinct":
      return new Set(present).size;
    case "sum":
      return numbers.reduce((total, x) => total + x, 0);
    case "any":
      return present.length === 0 ? null : present.includes(true);
    case "all":
      return present.length === 0 ? null : !present.includes(false);
    case "first":
      return present[0] ?? null;
    case "last":
      return present.at(-1) ?? null;
    case "min":
      return numbers.length === 0 ? null : Math.min(...numbers);
    case "max":
      return numbers.length === 0 ? null : Math.max(...numbers);
    case "avg":
      return numbers.length === 0 ? null : mean(numbers);
    case "var":
      return variance(numbers, 1);
    case "stddev":
      return root(variance(numbers, 1));
    case "var_pop":
      return variance(numbers, 0);
    case "stddev_pop":
      return root(variance(numbers, 0));
    case "median":
      return quantile(numbers, 0.5);
    case "quantile":
      return quantile(numbers, call.quantile ?? 0.5);
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0) / numbers.length;
}

/** Two passes; null when fewer than `freedom` + 1 numbers are there. */
function variance(numbers: readonly number[], freedom: number): number | null {
  if (numbers.length <= freedom) return null;
  const centre = mean(numbers);
  return numbers.reduce((total, x) => total + (x - centre) ** 2, 0) / (numbers.length - freedom);
}

function root(value: number | null): number | null {
  return value === null ? null : Math.sqrt(value);
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
