/**
 * Where time alone makes rows, by ticks or a grid, slices are cut by time too: rows that lie far apart would
 * otherwise make a slice of any size.
 */
import type { PhysicalPlan } from "../../dsl/mod.ts";

/** Ticks of one slice over all keys, about. */
const TICKS_PER_SLICE = 2 ** 20;
const LEAST_STEPS = 64;
const MOST_STEPS = 4096;
/** Where even so many slices do not do, steps get longer. */
const MOST_CUTS = 1024;

/** What is known when a slice is to be cut. */
export interface SpanAhead {
  /** End of the last slice. */
  readonly sentUs: number;
  readonly boundUs: number;
  /** Largest time of the rows that were sent. */
  readonly lastSentUs: number;
  /** Least and largest time of those that wait; Infinity and -Infinity if none do. */
  readonly firstWaitingUs: number;
  readonly lastWaitingUs: number;
  /** How many keys there may be. */
  readonly keys: number;
}

export class TickSpans {
  /** The shortest step; Infinity if nothing is made by time. */
  readonly #stepUs: number;
  /** How long after its last row a key may still have ticks. */
  readonly #watchedUs: number;

  constructor({ sites }: PhysicalPlan) {
    const all = sites.flatMap(({ operations }) => operations.map(({ operation }) => operation));
    const ticks = all.filter((operation) => operation.kind === "ticks");
    const grids = all.filter((operation) => operation.kind === "grid");
    this.#stepUs = Math.min(
      ...ticks.map(({ stepUs }) => stepUs),
      ...grids.map(({ everyUs }) => everyUs),
    );
    this.#watchedUs = grids.length > 0 ? Infinity : Math.max(
      0,
      ...ticks.map(({ liveUs, keepsUs, changesUs, stepUs }) =>
        Math.max(liveUs, keepsUs, ...changesUs.map((age) => age + stepUs))
      ),
    );
  }

  /** Ends of slices to send before the one that ends at the bound. */
  ends(ahead: SpanAhead): number[] {
    const [fromUs, toUs] = this.#span(ahead);
    const lengthUs = toUs - fromUs;
    if (!(lengthUs > 0 && lengthUs < Infinity)) return [];
    const steps = Math.floor(TICKS_PER_SLICE / ahead.keys);
    const bounded = Math.min(MOST_STEPS, Math.max(LEAST_STEPS, steps));
    const spanUs = Math.max(bounded * this.#stepUs, Math.ceil(lengthUs / MOST_CUTS));
    const count = Math.ceil(lengthUs / spanUs) - 1;
    return Array.from({ length: count }, (_, i) => fromUs + (i + 1) * spanUs);
  }

  /** How many steps lie ahead at which ticks may be made. */
  steps(ahead: SpanAhead): number {
    const [fromUs, toUs] = this.#span(ahead);
    return Math.max(0, toUs - fromUs) / this.#stepUs || 0;
  }

  /** Where ticks may be made. */
  #span(ahead: SpanAhead): readonly [number, number] {
    if (this.#stepUs === Infinity) return [0, 0];
    const { sentUs, boundUs, lastSentUs, firstWaitingUs, lastWaitingUs } = ahead;
    const fromUs = sentUs < lastSentUs + this.#watchedUs ? sentUs : firstWaitingUs;
    const lastUs = Math.max(lastSentUs, lastWaitingUs);
    const quietUs = Math.min(boundUs, lastUs + this.#watchedUs);
    return [fromUs, quietUs < Infinity ? quietUs : lastUs];
  }
}
