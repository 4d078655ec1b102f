/** Approximate aggregates in little memory per key. */
import { storageOf, type ValueType } from "../../types.ts";
import { quoteNumber } from "../quote.ts";
import type { Family, Part, PartContext } from "./part.ts";

/** HyperLogLog; in windows that drop rows each register lists its possible maxima. Standard error 1.6 %. */
const DISTINCT_SKETCH: Part = {
  name: "distinct_sketch",
  write({ state, manifest, lane, rows }) {
    const type = lane?.operands[0]?.expression.type;
    const hash = type === undefined ? "" : hashText(type, manifest);
    const sketch = rows ? "SlidingDistinctSketch" : "DistinctSketch";
    const name = state.object("hl", `new env.${sketch}(${hash})`);
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { count: `${name}.count(k)` },
    };
  },
};

function hashText(type: ValueType, manifest: PartContext["manifest"]): string {
  const isNumber = storageOf(type) !== "symbol";
  const hasTexts = !isNumber || type.kind === "i64";
  if (hasTexts) manifest.readTexts();
  return `new env.ValueHash(${hasTexts ? "texts" : "undefined"}, ${isNumber})`;
}

/** approx_distinct. */
export const DISTINCT_ESTIMATES: Family = {
  calls: ["approx_distinct"],
  exactOperandsOf: () => [],
  partsOf: () => [DISTINCT_SKETCH],
  value: (_call, read) => read(DISTINCT_SKETCH, "count"),
};

/** DDSketch with removal. */
const QUANTILE_SKETCH: Part = {
  name: "quantile_sketch",
  write({ state }) {
    const name = state.object("qs", "new env.QuantileSketch()");
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { name },
    };
  },
};

/** approx_quantile: within 1 % of the value at the quantile's rank. */
export const QUANTILE_ESTIMATES: Family = {
  calls: ["approx_quantile"],
  partsOf: () => [QUANTILE_SKETCH],
  value: ({ quantile }, read) =>
    `${read(QUANTILE_SKETCH, "name")}.quantile(k, ${quoteNumber(quantile ?? 0.5)})`,
};
