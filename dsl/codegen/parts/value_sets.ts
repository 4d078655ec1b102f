/** Aggregates that hold every value of the window: exact quantiles and distinct counts. */
import { quoteNumber } from "../quote.ts";
import type { Family, Part } from "./part.ts";

/** All values in order: `name` of the `SortedValues`. O(n) moves of memory a row, a quantile O(1). */
export const SORTED: Part = {
  name: "sorted",
  write({ state }) {
    const name = state.object("v", "new env.SortedValues()", 12);
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { name },
    };
  },
};

/** How often each value occurs: `name` of the `DistinctCounts`. O(1) a row. */
export const DISTINCT: Part = {
  name: "distinct",
  write({ state }) {
    const name = state.object("w", "new env.DistinctCounts()", 32);
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { name },
    };
  },
};

/** median and quantile. */
export const QUANTILES: Family = {
  calls: ["median", "quantile"],
  partsOf: () => [SORTED],
  value: ({ quantile }, read) =>
    `${read(SORTED, "name")}.quantile(k, ${quoteNumber(quantile ?? 0.5)})`,
};

/** count_distinct. */
export const DISTINCT_COUNTS: Family = {
  calls: ["count_distinct"],
  exactOperandsOf: () => [],
  partsOf: () => [DISTINCT],
  value: (_call, read) => `${read(DISTINCT, "name")}.count(k)`,
};
