/** Aggregates of how often each value occurs. */
import type { Family, Part } from "./part.ts";

/** O(1) a row; 40 bytes per distinct value. */
const FREQUENCIES: Part = {
  name: "frequencies",
  write({ state }) {
    const name = state.object("fr", "new env.ValueFrequencies()", 40);
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { name },
    };
  },
};

/** entropy, O(sqrt(n)) a value, and top1_ratio, O(1). */
export const FREQUENCY_SHAPES: Family = {
  calls: ["entropy", "top1_ratio"],
  exactOperandsOf: () => [],
  partsOf: () => [FREQUENCIES],
  value: ({ name }, read) =>
    `${read(FREQUENCIES, "name")}.${name === "entropy" ? "entropy" : "modeShare"}(k)`,
};
