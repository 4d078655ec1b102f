/** Order books kept from the updates that exchanges send, best levels last, where most changes happen. */

/** One side: prices towards the best, which is last, and the size at each. */
interface Side {
  prices: number[];
  sizes: number[];
}

export interface BookState {
  bids: Side;
  asks: Side;
  /** False until the first snapshot, and after a gap until the next. */
  isWhole: boolean;
  /** True while rows of one snapshot arrive one by one. */
  inSnapshot: boolean;
  sequence: number | null;
  /** Messages that came before the snapshot that they follow. */
  early: Change[];
  emittedUs: number;
  orphans: number;
  gaps: number;
  crossed: number;
  refused: number;
}

/** Levels that change together. */
export interface Change {
  readonly sequence: number | null;
  /** Sequence of the message that it follows. */
  readonly previous: number | null;
  readonly bids: readonly Level[] | null;
  readonly asks: readonly Level[] | null;
}

export interface Level {
  readonly price: number;
  readonly size: number;
}

interface BookParameters {
  readonly depth: number;
  /** Microseconds between two rows, at least. */
  readonly interval: number;
}

export function emptyBook(): BookState {
  return {
    bids: { prices: [], sizes: [] },
    asks: { prices: [], sizes: [] },
    isWhole: false,
    inSnapshot: false,
    sequence: null,
    early: [],
    emittedUs: -Infinity,
    orphans: 0,
    gaps: 0,
    crossed: 0,
    refused: 0,
  };
}

/** Forgets all levels. */
export function clearBook({ bids, asks }: BookState): void {
  for (const side of [bids, asks]) side.prices.length = side.sizes.length = 0;
}

/** Sets the size at a price; 0 takes the level away. Refuses what is no price or size. */
export function setLevel(
  state: BookState,
  { isBid, price, size }: { isBid: boolean; price: number | null; size: number | null },
): void {
  if (price === null || size === null || !(price > 0 && size >= 0)) {
    state.refused++;
    return;
  }
  const { prices, sizes } = isBid ? state.bids : state.asks;
  const at = placeOf(prices, price, isBid);
  const isThere = prices[at] === price;
  if (size === 0) {
    if (!isThere) return;
    prices.splice(at, 1);
    sizes.splice(at, 1);
  } else if (isThere) sizes[at] = size;
  else {
    prices.splice(at, 0, price);
    sizes.splice(at, 0, size);
  }
}

/** Sets all levels of a change. */
export function applyChange(state: BookState, { sequence, bids, asks }: Change): void {
  state.sequence = sequence;
  for (const { price, size } of bids ?? []) setLevel(state, { isBid: true, price, size });
  for (const { price, size } of asks ?? []) setLevel(state, { isBid: false, price, size });
}

/** The size at a price, 0 where there is no level. */
export function sizeAt({ bids, asks }: BookState, isBid: boolean, price: number): number {
  const { prices, sizes } = isBid ? bids : asks;
  const at = placeOf(prices, price, isBid);
  return prices[at] === price ? sizes[at]! : 0;
}

/** The feature's row, or null where the last one is too young or the book is not whole. */
export function bookRow(state: BookState, atUs: number, { depth, interval }: BookParameters) {
  if (!state.isWhole || atUs - state.emittedUs < interval) return null;
  state.emittedUs = atUs;
  const bids = best(state.bids, depth), asks = best(state.asks, depth);
  const isCrossed = bids.length > 0 && asks.length > 0 && bids[0]!.price >= asks[0]!.price;
  if (isCrossed) state.crossed++;
  const { orphans, gaps, crossed, refused } = state;
  return { bids, asks, is_crossed: isCrossed, orphans, gaps, crossed, refused };
}

/** First place whose price is at or beyond the given one on the way to the best. */
function placeOf(prices: readonly number[], price: number, isBid: boolean): number {
  let [low, high] = [0, prices.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBid ? prices[middle]! < price : prices[middle]! > price) low = middle + 1;
    else high = middle;
  }
  return low;
}

function best({ prices, sizes }: Side, depth: number): Level[] {
  const levels: Level[] = [];
  for (let i = prices.length - 1; i >= 0 && levels.length < depth; i--) {
    levels.push({ price: prices[i]!, size: sizes[i]! });
  }
  return levels;
}
