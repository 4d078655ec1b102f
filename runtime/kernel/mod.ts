/** Bodies of scalars and the data structures behind aggregates, bound to generated code at link time. */
export { grow, rebase, unwind } from "./arrays.ts";
export { DistinctCounts } from "./distinct_counts.ts";
export { scalars } from "./scalars.ts";
export { SortedValues } from "./sorted_values.ts";
