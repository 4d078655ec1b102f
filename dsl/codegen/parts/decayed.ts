/** Exponentially decayed sums: O(1) a row. */
import type { AggregateCall } from "../../typed_ast.ts";
import { quoteNumber } from "../quote.ts";
import { COUNT } from "./counts.ts";
import type { Family, Part } from "./part.ts";

/** Before the half-life in the names of decayed parts. */
export const DECAYED_PREFIX = "decayed:";

/**
 * Reads `sum` and `weight` as of `time`, the newest row's time: its own weight there is 1, so that no gap and no
 * half-life makes all weights vanish.
 */
function decayedPart(halfLifeUs: number): Part {
  const h = quoteNumber(halfLifeUs);
  return {
    name: DECAYED_PREFIX + h,
    requires: [COUNT],
    readsTime: true,
    write({ state, rows }) {
      const sum = state.perSlot("d", "0");
      const weight = state.perSlot("e", "0");
      const time = state.perSlot("h", "-Infinity");
      const text = {
        add: `{ const f = Math.pow(2, (${time}[k] - at) / ${h}); ${sum}[k] = ${sum}[k] * f + x; ` +
          `${weight}[k] = ${weight}[k] * f + 1; ${time}[k] = at; }`,
        reset: `${sum}[k] = 0; ${weight}[k] = 0; ${time}[k] = -Infinity;`,
        reads: { sum: `${sum}[k]`, weight: `${weight}[k]`, time: `${time}[k]` },
      };
      if (!rows) return text;
      return {
        ...text,
        remove:
          `{ const f = Math.pow(2, (at - ${time}[k]) / ${h}); ${sum}[k] -= x * f; ${weight}[k] -= f; }`,
        rounds: true,
      };
    },
  };
}

function partOf({ name, halfLifeUs }: AggregateCall): Part {
  if (halfLifeUs === undefined) {
    throw new RangeError(`Cannot write "${name}": it has no half-life`);
  }
  return decayedPart(halfLifeUs);
}

/** ewma and decayed_sum. */
export const DECAYED: Family = {
  calls: ["ewma", "decayed_sum"],
  partsOf: (call) => [COUNT, partOf(call)],
  value(call, read) {
    const part = partOf(call);
    const [n, sum] = [read(COUNT, "n"), read(part, "sum")];
    if (call.name === "ewma") return `(${n} > 0 ? ${sum} / ${read(part, "weight")} : NaN)`;
    const h = quoteNumber(call.halfLifeUs ?? 1);
    return `(${n} > 0 ? ${sum} * Math.pow(2, (${read(part, "time")} - t) / ${h}) : NaN)`;
  },
};
