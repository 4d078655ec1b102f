/** drawdown: O(1) a row; windows that drop rows keep 24 bytes a row besides. */
import type { Family, Part } from "./part.ts";

const DRAWDOWN: Part = {
  name: "drawdown",
  write({ state }) {
    const name = state.object("dd", "new env.Drawdowns()");
    return {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k);`,
      reset: `${name}.clear(k);`,
      passes: [`${name}.clear(k);`],
      backward: `${name}.prepend(k, x);`,
      reads: { value: `${name}.value(k)` },
    };
  },
};

/** drawdown: the largest (peak - later) / peak over pairs whose peak is positive. */
export const DRAWDOWNS: Family = {
  calls: ["drawdown"],
  partsOf: () => [DRAWDOWN],
  value: (_call, read) => read(DRAWDOWN, "value"),
};
