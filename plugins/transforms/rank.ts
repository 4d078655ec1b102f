/** The place of a value among the last ones. */

/** The last values in order of arrival, in a ring, and in order of size. */
interface RankState {
  ring: number[];
  next: number;
  sorted: number[];
}

export const rankAmongLast = {
  init: (): RankState => ({ ring: [], next: 0, sorted: [] }),

  reduce(
    state: RankState,
    { value }: { readonly value: number | null },
    { n }: { readonly n: number },
  ) {
    if (value === null) return { value: null };
    const { ring, sorted } = state;
    if (ring.length >= n) sorted.splice(countBelow(sorted, ring[state.next]!), 1);
    ring[state.next] = value;
    state.next = (state.next + 1) % n;
    const below = countBelow(sorted, value);
    sorted.splice(below, 0, value);
    const equal = countUpTo(sorted, value) - below;
    return { value: (below + (equal + 1) / 2) / sorted.length };
  },
};

/** How many are smaller. */
function countBelow(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many are smaller or equal. */
function countUpTo(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
