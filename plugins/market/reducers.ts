/** Books of three shapes of updates: a level a row as Tardis and Cryptotick write it, a message a row as Cryptofeed. */
import {
  applyChange,
  bookRow,
  type BookState,
  type Change,
  clearBook,
  emptyBook,
  type Level,
  setLevel,
  sizeAt,
} from "./book.ts";

interface Parameters {
  readonly depth: number;
  readonly interval: number;
}

interface LevelRow {
  readonly ts: number;
  readonly is_snapshot: boolean | null;
  readonly side: "bid" | "ask" | null;
  readonly price: number | null;
  readonly amount: number | null;
}

/** The first row of a snapshot empties the book; rows before the first snapshot are orphans. */
export const levelBook = {
  init: emptyBook,
  reduce(state: BookState, row: LevelRow, params: Parameters) {
    const { ts, is_snapshot: isSnapshot, side, price, amount } = row;
    if (isSnapshot === true && !state.inSnapshot) clearBook(state);
    state.inSnapshot = isSnapshot === true;
    state.isWhole ||= state.inSnapshot;
    if (!state.isWhole) {
      state.orphans++;
      return null;
    }
    if (side === null) state.refused++;
    else setLevel(state, { isBid: side === "bid", price, size: amount });
    return state.inSnapshot ? null : bookRow(state, ts, params);
  },
};

interface OrderRow {
  readonly ts: number;
  readonly update_type: string | null;
  readonly is_buy: boolean | null;
  readonly entry_px: number | null;
  readonly entry_sx: number | null;
}

/** ADD and SUB change a level's size by what they say, MATCH too; SET and SNAPSHOT say it; DELETE ends it. */
export const tickBook = {
  init: emptyBook,
  reduce(state: BookState, row: OrderRow, params: Parameters) {
    const { ts, update_type: kind, is_buy: isBuy, entry_px: price, entry_sx: size } = row;
    if (kind === "SNAPSHOT" && !state.inSnapshot) clearBook(state);
    state.inSnapshot = kind === "SNAPSHOT";
    state.isWhole ||= state.inSnapshot;
    if (!state.isWhole) {
      state.orphans++;
      return null;
    }
    const isBid = isBuy === true;
    if (isBuy === null || price === null) state.refused++;
    else setLevel(state, { isBid, price, size: sizeAfter(state, { kind, isBid, price, size }) });
    return state.inSnapshot ? null : bookRow(state, ts, params);
  },
};

function sizeAfter(
  state: BookState,
  { kind, isBid, price, size }: {
    kind: string | null;
    isBid: boolean;
    price: number;
    size: number | null;
  },
): number | null {
  switch (kind) {
    case "SNAPSHOT":
    case "SET":
      return size;
    case "ADD":
      return sizeAt(state, isBid, price) + (size ?? 0);
    case "SUB":
    case "MATCH":
      // What rounding leaves of a level that is gone is no level.
      return positive(sizeAt(state, isBid, price) - (size ?? 0));
    case "DELETE":
      return 0;
    default:
      return NaN;
  }
}

function positive(size: number): number {
  return size > 1e-12 ? size : 0;
}

interface MessageRow extends Change {
  readonly ts: number;
  readonly is_snapshot: boolean | null;
  readonly previous: number | null;
}

/** Early messages that are kept; of more the oldest are orphans. */
const MOST_EARLY = 1000;

/**
 * A snapshot may come late: messages up to its sequence are in it already, those after it that came before it are
 * taken up with it, and the first one may overlap it. After that a message that does not follow the last one is a
 * gap: the book is not whole until the next snapshot.
 */
export const messageBook = {
  init: emptyBook,
  reduce(state: BookState, row: MessageRow, params: Parameters) {
    const { ts, sequence, bids, asks } = row;
    if (row.is_snapshot === true) takeSnapshot(state, { sequence, bids, asks });
    else {
      if (!follows(state, row)) return null;
      state.isFresh = false;
      applyChange(state, row);
    }
    return bookRow(state, ts, params);
  },
};

function takeSnapshot(state: BookState, snapshot: Change): void {
  clearBook(state);
  state.isWhole = state.isFresh = true;
  applyChange(state, snapshot);
  for (const change of state.early.splice(0)) {
    if (change.sequence === null || state.sequence === null || change.sequence <= state.sequence) {
      state.orphans++;
      continue;
    }
    state.isFresh = false;
    applyChange(state, change);
  }
}

function follows(state: BookState, { sequence, previous, bids, asks }: MessageRow): boolean {
  const isKnown = sequence !== null && state.sequence !== null;
  if (state.isWhole && state.isFresh && isKnown) return sequence > state.sequence!;
  const isGap = state.isWhole && isKnown && previous !== null && previous !== state.sequence;
  if (state.isWhole && !isGap) return true;
  if (isGap) state.gaps++;
  state.isWhole = false;
  if (state.early.push({ sequence, bids, asks }) > MOST_EARLY) {
    state.early.shift();
    state.orphans++;
  }
  return false;
}

/** (bids - asks) / (bids + asks), of the sizes of the first levels; null where there are none. */
export function imbalanceOf(
  bids: readonly Level[],
  asks: readonly Level[],
  levels: number,
): number | null {
  const sum = (side: readonly Level[]) =>
    side.slice(0, levels).reduce((total, { size }) => total + size, 0);
  const bought = sum(bids), sold = sum(asks);
  return bought + sold > 0 ? (bought - sold) / (bought + sold) : null;
}
