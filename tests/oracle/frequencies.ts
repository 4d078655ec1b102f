/** Aggregates of how often each value occurs. */
import type { AggregateCall } from "../../dsl/typed_ast.ts";
import { compareValues, textOf, type Value } from "./value.ts";

interface Counted {
  readonly value: Value;
  readonly count: number;
}

export function frequencyAggregate(call: AggregateCall, present: readonly Value[]): Value {
  const counted = countsOf(present);
  const counts = counted.map(({ count }) => count);
  switch (call.name) {
    case "count_distinct":
    case "approx_distinct":
      return counted.length;
    case "top1_ratio":
      return present.length === 0 ? null : Math.max(...counts) / present.length;
    case "entropy":
      return present.length === 0 ? null : Math.max(0, entropy(counts, present.length));
    case "histogram":
      if (present.length === 0) return null;
      return new Map(counted.map(({ value, count }) => [value, count]));
    default: {
      const first = counted.toSorted((a, b) => b.count - a.count).slice(0, call.most);
      return first.length === 0 ? null : first.map(({ value, count }) => ({ value, count }));
    }
  }
}

/** Different values in ascending order. */
function countsOf(present: readonly Value[]): readonly Counted[] {
  return [...Map.groupBy(present, textOf).values()]
    .map((equal) => ({ value: equal[0] ?? null, count: equal.length }))
    .toSorted((a, b) => compareValues(a.value, b.value));
}

function entropy(counts: readonly number[], total: number): number {
  return -counts.reduce((sum, count) => sum + count / total * Math.log2(count / total), 0);
}
