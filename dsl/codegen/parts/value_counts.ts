/** How often each value occurs, as values of their own: histogram, top_frequency. */
import type { AggregateCall } from "../../typed_ast.ts";
import { storageOf, type ValueType } from "../../types.ts";
import { quoteNumber } from "../quote.ts";
import type { Family, Part, PartContext } from "./part.ts";

/** So many different values per key are counted exactly by windows that do not know which rows leave. */
const MOST_EXACT = 4096;

const COUNTS: Part = countsPart("value_counts", undefined);
const FREQUENT: Part = countsPart("frequent_values", MOST_EXACT);

/** `name` of the `SortedCounts`: O(log d) a row of a known value, O(d) of a new one. */
function countsPart(name: string, most: number | undefined): Part {
  return {
    name,
    write({ state, manifest, lane }) {
      const options = [
        ...(most === undefined ? [] : [`most: ${quoteNumber(most)}`]),
        ...orderOption(lane?.operands[0]?.expression.type, manifest),
      ];
      const counts = state.object("vc", `new env.SortedCounts({ ${options.join(", ")} })`, 12);
      return {
        add: `${counts}.add(k, x);`,
        remove: `${counts}.remove(k, x);`,
        reset: `${counts}.clear(k);`,
        reads: { name: counts },
      };
    },
  };
}

function orderOption(
  type: ValueType | undefined,
  manifest: PartContext["manifest"],
): readonly string[] {
  const isSymbol = type !== undefined && storageOf(type) === "symbol";
  if (!isSymbol && type?.kind !== "i64") return [];
  manifest.readTexts();
  return [`compare: ${isSymbol ? "env.compareCodes" : "env.wholeNumberOrder(env.texts)"}`];
}

function countsOf({ name, window }: AggregateCall): Part {
  const drops = window.kind === "sliding" || window.kind === "last";
  return name === "top_frequency" && !drops ? FREQUENT : COUNTS;
}

/** histogram and top_frequency: O(d) where they are read, of d different values. */
export const VALUE_COUNTS: Family = {
  calls: ["histogram", "top_frequency"],
  exactOperandsOf: () => [],
  partsOf: (call) => [countsOf(call)],
  value(call, read) {
    const counts = read(countsOf(call), "name");
    return call.name === "histogram"
      ? `${counts}.histogram(k, heap)`
      : `${counts}.mostFrequent(k, ${quoteNumber(call.most ?? 1)}, heap)`;
  },
};
