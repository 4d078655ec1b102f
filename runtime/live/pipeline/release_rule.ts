/** Which rows may go once a bound is reached, and whether time alone makes rows. */
import type { Operation, PhysicalPlan } from "../../../dsl/mod.ts";

/**
 * Operations for which the rows of one time may come in several slices, in their order. The others look at all rows
 * of a time at once, or put rows made by time before them.
 */
const SPLITS_TIMES: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  "receive",
  "send",
  "return",
  "align",
  "kernel",
  "map",
  "constant",
  "range",
  "filter",
  "grid",
  "ticks",
  "emit",
]);

const MAKES_ROWS: ReadonlySet<Operation["kind"]> = new Set<Operation["kind"]>([
  "ticks",
  "grid",
  "tumbling",
  "delay",
]);

export class ReleaseRule {
  /** True if slices without rows may make rows. */
  readonly isTimed: boolean;
  /** End of a grid's moments; -Infinity if there is none. */
  readonly lastTickUs: number;
  readonly #splitsTimes: boolean;
  /** Where windows close, whose rows stand before those of their time. */
  readonly #closings: readonly { readonly stepUs: number; readonly offsetUs: number }[];

  constructor({ sites, sources }: PhysicalPlan) {
    const all = sites.flatMap(({ operations }) => operations.map(({ operation }) => operation));
    const [only, ...more] = sources;
    this.lastTickUs = Math.max(
      -Infinity,
      ...all.flatMap((operation) => operation.kind === "grid" ? operation.untilUs : [])
        .filter(Number.isFinite),
    );
    this.isTimed = all.some(({ kind }) => MAKES_ROWS.has(kind));
    this.#splitsTimes = more.length === 0 && only?.source.sequence === undefined &&
      all.every(({ kind }) => SPLITS_TIMES.has(kind));
    this.#closings = all.filter((operation) => operation.kind === "ticks" && operation.closes)
      .map((operation) => operation as Extract<Operation, { kind: "ticks" }>);
  }

  /** Rows below it go with a slice that ends at the bound: with one source those of the bound itself, too. */
  limitUs(boundUs: number): number {
    const closes = this.#closings.some(({ stepUs, offsetUs }) =>
      (boundUs - offsetUs) % stepUs === 0
    );
    return this.#splitsTimes && !closes ? boundUs + 1 : boundUs;
  }
}
