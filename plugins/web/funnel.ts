/** The way of a visitor through the steps of a shop, in their order. */

export const STEPS: readonly string[] = ["view", "click", "cart", "checkout", "purchase"];

interface FunnelState {
  /** Number of the last step taken, from 1; 0 before the first. */
  step: number;
  /** When the way began, and when it was last gone. */
  sinceUs: number;
  lastUs: number;
}

interface FunnelEvent {
  readonly at: number;
  readonly kind: string | null;
}

export const followFunnel = {
  init: (): FunnelState => ({ step: 0, sinceUs: 0, lastUs: 0 }),

  /** A row for each step that is taken; other events change nothing but the time of the last one. */
  reduce(state: FunnelState, { at, kind }: FunnelEvent, { within }: { readonly within: number }) {
    const isOver = state.step === STEPS.length || at - state.lastUs > within;
    if (isOver) state.step = 0;
    state.lastUs = at;
    if (kind === null || kind !== STEPS[state.step]) return null;
    if (state.step === 0) state.sinceUs = at;
    state.step++;
    return {
      step: state.step,
      name: kind,
      since: state.sinceUs,
      finished: state.step === STEPS.length,
    };
  },
};
