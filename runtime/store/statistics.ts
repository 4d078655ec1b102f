/** Statistics of columns over several blocks. */
import type { ColumnStatistics } from "./records.ts";

type Statistics = Readonly<Record<string, ColumnStatistics>>;

/** Nulls add up; minimum and maximum are those of the blocks that have them. */
export function mergeStatistics(
  blocks: readonly { readonly statistics: Statistics }[],
): Statistics {
  const merged = new Map<string, ColumnStatistics>();
  for (const { statistics } of blocks) {
    for (const [column, more] of Object.entries(statistics)) {
      const sofar = merged.get(column);
      merged.set(column, sofar ? mergeColumn(sofar, more) : more);
    }
  }
  return Object.fromEntries(merged);
}

function mergeColumn(left: ColumnStatistics, right: ColumnStatistics): ColumnStatistics {
  const min = extreme(left.min, right.min, (a, b) => a < b);
  const max = extreme(left.max, right.max, (a, b) => a > b);
  return {
    nulls: left.nulls + right.nulls,
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  };
}

function extreme(
  left: number | string | undefined,
  right: number | string | undefined,
  isBeyond: (a: number | string, b: number | string) => boolean,
): number | string | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return isBeyond(right, left) ? right : left;
}
