/**
 * Chosen rows of each slot, linked in order of entry: those that can still become the extreme, or all. The links
 * are shared by all windows of a lane; each window has its own head, its first chosen row. O(1) amortized a row.
 */

/** Which rows a chain keeps. */
export interface ChainOrder {
  /** Equal for equal orders. */
  readonly name: string;
  /**
   * True if the row at `position` is of no more use once the row with operands `x`, `y` is in; "false" if all stay.
   * `values` are the operands' arrays.
   */
  beaten(values: readonly string[], position: string): string;
  /** Links to the row before are kept although no row is beaten, to walk from the newest. */
  readonly linksBack?: boolean;
}

export interface Chain {
  /** Links the row at `p`; once per row whose lane is not null, before the windows' `enter`. */
  readonly push: string;
  /** Forgets the slot's rows. */
  readonly reset: string;
  /** Arrays of the links by position, and of each slot's newest row. */
  readonly next: string;
  readonly previous: string | undefined;
  readonly tail: string;
  head(): ChainHead;
}

export interface ChainHead {
  readonly chain: Chain;
  /** Array of the position of each slot's first chosen row, -1 for none. */
  readonly head: string;
  /** The window now holds the row at `p`. */
  readonly enter: string;
  /** The row at `p` leaves the window; `owns` for the window that drops rows last. */
  leave(owns: boolean): string;
}

/** The arrays a chain links through: log positions, or places of rings that never move. */
export interface ChainArrays {
  link(prefix: string): string;
  perSlot(prefix: string): string;
}

export function writeChain(
  order: ChainOrder,
  values: readonly string[],
  arrays: ChainArrays,
): Chain {
  const beaten = order.beaten(values, "u");
  const next = arrays.link("g");
  const previous = beaten === "false" && !order.linksBack ? undefined : arrays.link("i");
  const tail = arrays.perSlot("j");
  const pop = beaten === "false" ? "" : `while (u >= 0 && ${beaten}) u = ${previous}[u];`;
  const chain: Chain = {
    next,
    previous,
    tail,
    reset: `${tail}[k] = -1;`,
    push: `{ let u = ${tail}[k]; ${pop} if (u >= 0) ${next}[u] = p; ` +
      `${previous ? `${previous}[p] = u;` : ""} ${next}[p] = -1; ${tail}[k] = p; }`,
    head() {
      const head = arrays.perSlot("o");
      const cut = `if (u < 0) ${tail}[k] = -1; ${previous ? `else ${previous}[u] = -1;` : ""}`;
      const test = beaten === "false" ? "u < 0" : `u < 0 || ${beaten}`;
      return {
        chain,
        head,
        enter: `{ const u = ${head}[k]; if (${test}) ${head}[k] = p; }`,
        leave: (owns) =>
          `if (${head}[k] === p) { const u = ${next}[p]; ${head}[k] = u; ${owns ? cut : ""} }`,
      };
    },
  };
  return chain;
}
