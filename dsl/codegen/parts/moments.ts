/** Variances: O(1) a row. */
import type { Family, Part } from "./part.ts";
import type { AggregateCall } from "../../typed_ast.ts";
import { COUNT } from "./counts.ts";
import { RUN_OF_X } from "./run.ts";

/**
 * Reads `squares`, the sum of squared distances to the mean. Windows that drop rows keep moments about a shift that
 * every restart sets to the mean; those that only add run Welford's update on the distance to the first value.
 */
export const MOMENTS: Part = {
  name: "moments",
  requires: [COUNT],
  write({ state, rows, read }) {
    const n = read(COUNT, "n");
    const shift = state.perSlot("b", "0");
    const first = state.perSlot("d", "0");
    const second = state.perSlot("e", "0");
    const reset = `${first}[k] = 0; ${second}[k] = 0;`;
    if (!rows) {
      return {
        add: `{ if (${n} === 1) ${shift}[k] = x; const v = x - ${shift}[k], y = v - ${first}[k]; ` +
          `const u = ${first}[k] + y / ${n}; ${second}[k] += y * (v - u); ${first}[k] = u; }`,
        reset,
        reads: { squares: `${second}[k]` },
      };
    }
    const total = state.perSlot("y", "0");
    const add =
      `{ if (${n} === 1) ${shift}[k] = x; const y = x - ${shift}[k]; ${first}[k] += y; ${second}[k] += y * y; }`;
    return {
      add,
      remove: `{ const y = x - ${shift}[k]; ${first}[k] -= y; ${second}[k] -= y * y; }`,
      reset,
      rounds: true,
      passes: [
        `${reset} ${total}[k] = 0;`,
        `${total}[k] += x;`,
        `${shift}[k] = ${total}[k] / ${n}; ${add}`,
      ],
      reads: { squares: `Math.max(0, ${second}[k] - ${first}[k] * ${first}[k] / ${n})` },
    };
  },
};

/** stddev, var and their population forms; exactly 0 where all values are equal. */
export const VARIANCES: Family = {
  calls: ["stddev", "var", "stddev_pop", "var_pop"],
  partsOf: (call) => losesRows(call) ? [COUNT, RUN_OF_X, MOMENTS] : [COUNT, MOMENTS],
  value(call, read) {
    const { name } = call;
    const [n, moved] = [read(COUNT, "n"), read(MOMENTS, "squares")];
    const squares = losesRows(call) ? `(${read(RUN_OF_X, "isConstant")} ? 0 : ${moved})` : moved;
    const less = name.endsWith("_pop") ? 0 : 1;
    const variance = `${squares} / ${less === 0 ? n : `(${n} - 1)`}`;
    const value = name.startsWith("stddev") ? `Math.sqrt(${variance})` : variance;
    return `(${n} > ${less} ? ${value} : NaN)`;
  },
};

/** Rows that left may have rounded; a window that only adds gives 0 by itself. */
function losesRows({ window }: AggregateCall): boolean {
  return window.kind === "sliding" || window.kind === "last";
}
