/** Skewness and kurtosis: O(1) a row. */
import { COUNT } from "./counts.ts";
import type { Family, Part } from "./part.ts";
import { RUN_OF_X } from "./run.ts";

/**
 * Reads `sums`, the first to fourth power sums as arguments: about a shift that every restart sets to the mean, or,
 * in windows that only add, about the mean itself by Terriberry's update.
 */
export const POWERS: Part = {
  name: "powers",
  requires: [COUNT],
  write({ state, rows, read }) {
    const n = read(COUNT, "n");
    const shift = state.perSlot("b", "0");
    const word = (prefix: string) => state.perSlot(prefix, "0");
    const [s1, s2, s3, s4] = [word("d"), word("e"), word("f"), word("g")];
    const reset = `${s1}[k] = 0; ${s2}[k] = 0; ${s3}[k] = 0; ${s4}[k] = 0;`;
    if (!rows) {
      return {
        add: `{ const m = ${n}; if (m === 1) ${shift}[k] = x; ` +
          `const v = x - ${shift}[k] - ${s1}[k], u = v / m, w = u * u, q = v * u * (m - 1); ` +
          `${s4}[k] += q * w * (m * m - 3 * m + 3) + 6 * w * ${s2}[k] - 4 * u * ${s3}[k]; ` +
          `${s3}[k] += q * u * (m - 2) - 3 * u * ${s2}[k]; ${s2}[k] += q; ${s1}[k] += u; }`,
        reset,
        reads: { sums: `0, ${s2}[k], ${s3}[k]`, fourth: `${s4}[k]` },
      };
    }
    const total = state.perSlot("y", "0");
    const step = (sign: string) =>
      `{ const v = x - ${shift}[k], w = v * v; ${s1}[k] ${sign}= v; ${s2}[k] ${sign}= w; ` +
      `${s3}[k] ${sign}= w * v; ${s4}[k] ${sign}= w * w; }`;
    const add = `if (${n} === 1) ${shift}[k] = x; ${step("+")}`;
    return {
      add,
      remove: step("-"),
      reset,
      rounds: true,
      passes: [
        `${reset} ${total}[k] = 0;`,
        `${total}[k] += x;`,
        `${shift}[k] = ${total}[k] / ${n}; ${step("+")}`,
      ],
      reads: { sums: `${s1}[k], ${s2}[k], ${s3}[k]`, fourth: `${s4}[k]` },
    };
  },
};

/** skew (G1) and kurtosis (excess G2); null where all values are equal. */
export const SHAPES: Family = {
  calls: ["skew", "kurtosis"],
  partsOf: () => [COUNT, RUN_OF_X, POWERS],
  value({ name }, read) {
    const sums = `${read(COUNT, "n")}, ${read(POWERS, "sums")}`;
    const value = name === "skew"
      ? `env.skewOf(${sums})`
      : `env.kurtosisOf(${sums}, ${read(POWERS, "fourth")})`;
    return `(${read(RUN_OF_X, "isConstant")} ? NaN : ${value})`;
  },
};
