/**
 * Extremes over rows that come and go: of each slot's rows, the ones that can still become the extreme,
 * linked in order. The links are shared by all windows of a lane; each window has its own head.
 */

export type ChainKind = "min" | "max" | "first";

export interface Chain {
  /** Links the row at `p` with value `x`; once per row, before the windows' `enter`. */
  readonly push: string;
  head(): ChainHead;
}

export interface ChainHead {
  /** The window now holds the row at `p`. */
  readonly enter: string;
  /** The row at `p` leaves the window; `owns` for the window that drops rows last. */
  leave(owns: boolean): string;
  readonly value: string;
}

/** The arrays a chain links through: log positions, or places of rings that never move. */
export interface ChainArrays {
  link(prefix: string): string;
  perSlot(prefix: string): string;
}

export function writeChain(kind: ChainKind, values: string, arrays: ChainArrays): Chain {
  const [next, previous] = [arrays.link("g"), kind === "first" ? undefined : arrays.link("i")];
  const tail = arrays.perSlot("j");
  const beaten = (position: string) => ({
    min: `${values}[${position}] >= x`,
    max: `${values}[${position}] <= x`,
    first: "false",
  }[kind]);
  const pop = previous ? `while (u >= 0 && ${beaten("u")}) u = ${previous}[u];` : "";
  return {
    push: `{ let u = ${tail}[k]; ${pop} if (u >= 0) ${next}[u] = p; ` +
      `${previous ? `${previous}[p] = u;` : ""} ${next}[p] = -1; ${tail}[k] = p; }`,
    head() {
      const head = arrays.perSlot("o");
      const cut = `if (u < 0) ${tail}[k] = -1; ${previous ? `else ${previous}[u] = -1;` : ""}`;
      return {
        enter: `{ const u = ${head}[k]; if (u < 0 || ${beaten("u")}) ${head}[k] = p; }`,
        leave: (owns) =>
          `if (${head}[k] === p) { const u = ${next}[p]; ${head}[k] = u; ${owns ? cut : ""} }`,
        value: `(${head}[k] >= 0 ? ${values}[${head}[k]] : NaN)`,
      };
    },
  };
}
