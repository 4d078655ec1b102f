/** Covariance, correlation and slope: O(1) a row. */
import { COUNT } from "./counts.ts";
import type { Family, Part } from "./part.ts";
import { RUN_OF_TIME, RUN_OF_X, RUN_OF_Y } from "./run.ts";

/** Of x with y. */
export const COMOMENTS: Part = comoments("y");
/** Of x with the row's time in microseconds. */
export const TREND: Part = comoments("at");

/**
 * Reads `xx`, `yy`, `xy`, the sums of products of distances to the means: from sums about shifts that every restart
 * sets to the means, or, in windows that only add, by Welford's update on the distances to the first row.
 */
function comoments(other: "y" | "at"): Part {
  return {
    name: `comoments:${other}`,
    requires: [COUNT],
    readsTime: other === "at",
    write({ state, rows, read }) {
      const n = read(COUNT, "n");
      const word = (prefix: string) => state.perSlot(prefix, "0");
      const [bx, by, sx, sy] = [word("b"), word("b"), word("d"), word("d")];
      const [xx, yy, xy] = [word("e"), word("e"), word("e")];
      const reset = [sx, sy, xx, yy, xy].map((name) => `${name}[k] = 0;`).join(" ");
      const settle = `if (${n} === 1) { ${bx}[k] = x; ${by}[k] = ${other}; }`;
      const distances = `const v = x - ${bx}[k], w = ${other} - ${by}[k];`;
      if (!rows) {
        return {
          add: `{ ${settle} ${distances} const d = v - ${sx}[k], e = w - ${sy}[k]; ` +
            `${sx}[k] += d / ${n}; ${sy}[k] += e / ${n}; const f = w - ${sy}[k]; ` +
            `${xx}[k] += d * (v - ${sx}[k]); ${yy}[k] += e * f; ${xy}[k] += d * f; }`,
          reset,
          reads: { xx: `${xx}[k]`, yy: `${yy}[k]`, xy: `${xy}[k]` },
        };
      }
      const [tx, ty] = [word("y"), word("y")];
      const step = (sign: string) =>
        `{ ${distances} ${sx}[k] ${sign}= v; ${sy}[k] ${sign}= w; ` +
        `${xx}[k] ${sign}= v * v; ${yy}[k] ${sign}= w * w; ${xy}[k] ${sign}= v * w; }`;
      const centred = (products: string, a: string, b: string) =>
        `(${products}[k] - ${a}[k] * ${b}[k] / ${n})`;
      return {
        add: `${settle} ${step("+")}`,
        remove: step("-"),
        reset,
        rounds: true,
        passes: [
          `${reset} ${tx}[k] = 0; ${ty}[k] = 0;`,
          `${tx}[k] += x; ${ty}[k] += ${other};`,
          `${bx}[k] = ${tx}[k] / ${n}; ${by}[k] = ${ty}[k] / ${n}; ${step("+")}`,
        ],
        reads: { xx: centred(xx, sx, sx), yy: centred(yy, sy, sy), xy: centred(xy, sx, sy) },
      };
    },
  };
}

/** covar of a sample, null under two pairs. */
export const COVARIANCES: Family = {
  calls: ["covar"],
  partsOf: () => [COUNT, COMOMENTS],
  value(_call, read) {
    const n = read(COUNT, "n");
    return `(${n} > 1 ? ${read(COMOMENTS, "xy")} / (${n} - 1) : NaN)`;
  },
};

/** corr, null where x or y does not vary. */
export const CORRELATIONS: Family = {
  calls: ["corr"],
  partsOf: () => [COUNT, RUN_OF_X, RUN_OF_Y, COMOMENTS],
  value(_call, read) {
    const [xx, yy, xy] = ["xx", "yy", "xy"].map((name) => read(COMOMENTS, name));
    const ratio = `${xy} / (Math.sqrt(${xx}) * Math.sqrt(${yy}))`;
    return `(${read(RUN_OF_X, "isConstant")} || ${read(RUN_OF_Y, "isConstant")} ? NaN : ` +
      `Math.max(-1, Math.min(1, ${ratio})))`;
  },
};

/** slope: least squares of x per second, null without two different times. */
export const SLOPES: Family = {
  calls: ["slope"],
  partsOf: () => [COUNT, RUN_OF_TIME, TREND],
  value: (_call, read) =>
    `(${read(RUN_OF_TIME, "isConstant")} ? NaN : ` +
    `1000000 * ${read(TREND, "xy")} / ${read(TREND, "yy")})`,
};
