/** Page's CUSUM: what a level that has moved piles up, reading by reading. */

interface ShiftState {
  above: number;
  below: number;
}

interface ShiftParameters {
  readonly target: number;
  readonly slack: number;
  readonly threshold: number;
}

export const followShift = {
  init: (): ShiftState => ({ above: 0, below: 0 }),

  reduce(
    state: ShiftState,
    { value }: { readonly value: number | null },
    { target, slack, threshold }: ShiftParameters,
  ) {
    if (value === null) return null;
    const above = Math.max(0, state.above + value - target - slack);
    const below = Math.max(0, state.below + target - value - slack);
    const shifted = above > threshold || below > threshold;
    state.above = shifted ? 0 : above;
    state.below = shifted ? 0 : below;
    return { above, below, shifted };
  },
};
