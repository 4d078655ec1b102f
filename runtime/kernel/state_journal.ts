/**
 * Takes a state back to what it was before a step of the user's that failed: by then the state may be half changed. A
 * copy of the state is made every few steps, and the steps since are done again on it.
 */

/** Steps between copies. */
const MOST_STEPS = 32;
/** States that have a copy; the one that has had its longest goes first. */
const MOST_COPIES = 1024;

interface Copy<Step> {
  readonly state: unknown;
  readonly steps: Step[];
}

export class StateJournal<Step> {
  readonly #apply: (state: unknown, step: Step) => unknown;
  readonly #copies = new Map<number, Copy<Step>>();

  /** `apply` does a step again; it gives the state after it. */
  constructor(apply: (state: unknown, step: Step) => unknown) {
    this.#apply = apply;
  }

  /** The slot's state is about to make a step. */
  before(slot: number, state: unknown): void {
    const copy = this.#copies.get(slot);
    if (copy && copy.steps.length < MOST_STEPS) return;
    this.#copies.delete(slot);
    if (this.#copies.size === MOST_COPIES) {
      const [oldest] = this.#copies.keys();
      this.#copies.delete(oldest!);
    }
    this.#copies.set(slot, { state: structuredClone(state), steps: [] });
  }

  /** The step was made; what it holds is the journal's. */
  made(slot: number, step: Step): void {
    this.#copies.get(slot)!.steps.push(step);
  }

  /** The state before the step that failed. */
  undo(slot: number): unknown {
    const { state, steps } = this.#copies.get(slot)!;
    this.#copies.delete(slot);
    return steps.reduce(this.#apply, state);
  }

  /** The slot's state is another one now. */
  forget(slot: number): void {
    this.#copies.delete(slot);
  }

  clear(): void {
    this.#copies.clear();
  }
}
