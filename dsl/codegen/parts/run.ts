import { COUNT } from "./counts.ts";
import type { Part } from "./part.ts";

/**
 * Tells exactly whether all values of a window are equal, whatever rounding does to their variance: `isConstant`.
 * It counts how many of the newest rows are equal; rows that leave are older.
 */
export function runOf(operand: "x" | "y" | "at"): Part {
  return {
    name: `run:${operand}`,
    requires: [COUNT],
    readsTime: operand === "at",
    write({ state, read }) {
      const value = state.perSlot("v", "NaN");
      const run = state.perSlot("u", "0", "Int32Array");
      return {
        add:
          `if (${operand} === ${value}[k]) ${run}[k]++; else { ${value}[k] = ${operand}; ${run}[k] = 1; }`,
        reset: `${value}[k] = NaN; ${run}[k] = 0;`,
        reads: { isConstant: `(${run}[k] >= ${read(COUNT, "n")})` },
      };
    },
  };
}

export const RUN_OF_X = runOf("x");
export const RUN_OF_Y = runOf("y");
export const RUN_OF_TIME = runOf("at");
