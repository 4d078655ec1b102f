/** The largest and the smallest values: top, bottom. */
import type { AggregateCall } from "../../typed_ast.ts";
import { storageOf } from "../../types.ts";
import { quoteNumber } from "../quote.ts";
import type { Family, Part } from "./part.ts";
import { SORTED } from "./value_sets.ts";

/** All texts in order of their bytes: `name` of the `SortedValues`. O(n) moves of memory a row. */
const SORTED_TEXTS: Part = {
  name: "sorted:text",
  write({ state, manifest }) {
    manifest.readTexts();
    const name = state.object("v", "new env.SortedValues(env.compareCodes)", 12);
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
      reads: { name },
    };
  },
};

/** The values that a window which only adds may still need: `name` of the `SortedValues`. O(most) a row. */
function extremesPart(method: "addLargest" | "addSmallest", most: number, ofTexts: boolean): Part {
  return {
    name: `${method}:${most}${ofTexts ? ":text" : ""}`,
    write({ state, manifest }) {
      if (ofTexts) manifest.readTexts();
      const order = ofTexts ? "env.compareCodes" : "";
      const name = state.object("v", `new env.SortedValues(${order})`);
      return {
        add: `${name}.${method}(k, x, ${quoteNumber(most)});`,
        reset: `${name}.clear(k);`,
        reads: { name },
      };
    },
  };
}

function sortedOf({ name, operand, window, most = 1 }: AggregateCall): Part {
  const ofTexts = operand !== undefined && storageOf(operand.type) === "symbol";
  if (window.kind === "sliding" || window.kind === "last") return ofTexts ? SORTED_TEXTS : SORTED;
  return extremesPart(name === "top" ? "addLargest" : "addSmallest", most, ofTexts);
}

/** top and bottom: O(n) where they are read, n values long. */
export const RANKINGS: Family = {
  calls: ["top", "bottom"],
  partsOf: (call) => [sortedOf(call)],
  value(call, read) {
    const name = read(sortedOf(call), "name");
    return `${name}.${call.name === "top" ? "top" : "bottom"}(k, ${
      quoteNumber(call.most ?? 1)
    }, heap)`;
  },
};
