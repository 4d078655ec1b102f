/** Indicators over bars whose smoothing has a memory of its own. */

interface Bar {
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
}

/** A mean that begins as that of its first values and then moves by a share of each difference. */
interface Smooth {
  count: number;
  value: number;
}

function begin(): Smooth {
  return { count: 0, value: 0 };
}

/** Takes a value in; null until n have come. */
function smooth(mean: Smooth, value: number, n: number, weight: number): number | null {
  mean.count++;
  if (mean.count <= n) mean.value += (value - mean.value) / mean.count;
  else mean.value += weight * (value - mean.value);
  return mean.count < n ? null : mean.value;
}

export const ema = {
  init: begin,
  reduce(state: Smooth, { close }: Bar, { n }: { readonly n: number }) {
    if (close === null) return null;
    return { value: smooth(state, close, n, 2 / (n + 1)) };
  },
};

interface StrengthState {
  previous: number | null;
  gains: Smooth;
  losses: Smooth;
}

export const relativeStrength = {
  init: (): StrengthState => ({ previous: null, gains: begin(), losses: begin() }),
  reduce(state: StrengthState, { close }: Bar, { n }: { readonly n: number }) {
    if (close === null) return null;
    const { previous } = state;
    state.previous = close;
    if (previous === null) return { value: null };
    const gained = smooth(state.gains, Math.max(0, close - previous), n, 1 / n);
    const lost = smooth(state.losses, Math.max(0, previous - close), n, 1 / n);
    if (gained === null || lost === null) return { value: null };
    return { value: gained + lost === 0 ? 50 : 100 * gained / (gained + lost) };
  },
};

interface MacdState {
  fast: Smooth;
  slow: Smooth;
  signal: Smooth;
}

interface MacdParameters {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

export const macd = {
  init: (): MacdState => ({ fast: begin(), slow: begin(), signal: begin() }),
  reduce(state: MacdState, { close }: Bar, params: MacdParameters) {
    if (close === null) return null;
    const fast = smooth(state.fast, close, params.fast, 2 / (params.fast + 1));
    const slow = smooth(state.slow, close, params.slow, 2 / (params.slow + 1));
    if (fast === null || slow === null) return { line: null, signal: null, histogram: null };
    const line = fast - slow;
    const signal = smooth(state.signal, line, params.signal, 2 / (params.signal + 1));
    return { line, signal, histogram: signal === null ? null : line - signal };
  },
};

interface RangeState {
  previous: number | null;
  mean: Smooth;
}

export const averageTrueRange = {
  init: (): RangeState => ({ previous: null, mean: begin() }),
  reduce(state: RangeState, { high, low, close }: Bar, { n }: { readonly n: number }) {
    if (high === null || low === null || close === null) return null;
    const { previous } = state;
    state.previous = close;
    const above = previous === null ? 0 : Math.abs(high - previous);
    const below = previous === null ? 0 : Math.abs(low - previous);
    return { value: smooth(state.mean, Math.max(high - low, above, below), n, 1 / n) };
  },
};
