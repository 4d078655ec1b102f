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
  if (kind === "DELETE") return 0;
  if (size === null || !(size >= 0)) return null;
  switch (kind) {
    case "SNAPSHOT":
    case "SET":
      return size;
    case "ADD":
      return sizeAt(state, isBid, price) + size;
    case "SUB":
    case "MATCH":
      return leftOf(state, sizeAt(state, isBid, price) - size);
    default:
      return null;
  }
}

/** Below the smallest step of a size: what rounding leaves of a level that is gone. */
const ROUNDING = 1e-9;

/** A level ends where more is taken than it had, which counts as refused. */
function leftOf(state: BookState, size: number): number {
  if (size < -ROUNDING) state.refused++;
  return size > ROUNDING ? size : 0;
}

interface MessageRow extends Change {
  readonly ts: number;
  readonly is_snapshot: boolean | null;
}

/** Early messages that are kept; of more the oldest are orphans. */
const MOST_EARLY = 1000;

/**
 * Messages up to the book's sequence are in it already, and one may overlap it. After one that does not follow
 * the book there is none until a snapshot, which takes up the messages that came before it and are newer.
 */
export const messageBook = {
  init: emptyBook,
  reduce(state: BookState, row: MessageRow, params: Parameters) {
    const { ts, sequence, previous, bids, asks } = row;
    const message = { sequence, previous, bids, asks };
    if (row.is_snapshot === true) takeSnapshot(state, message);
    else if (!takeMessage(state, message)) return null;
    return bookRow(state, ts, params);
  },
};

function takeSnapshot(state: BookState, snapshot: Change): void {
  clearBook(state);
  state.isWhole = true;
  applyChange(state, snapshot);
  for (const message of state.early.splice(0)) {
    const isOrdered = message.sequence !== null && snapshot.sequence !== null;
    if (!isOrdered || isKnown(state, message)) state.orphans++;
    else takeMessage(state, message);
  }
}

/** False where it is in the book already or must wait for a snapshot. */
function takeMessage(state: BookState, message: Change): boolean {
  if (state.isWhole) {
    if (isKnown(state, message)) return false;
    if (follows(state, message)) {
      applyChange(state, message);
      return true;
    }
    state.gaps++;
    state.isWhole = false;
  }
  if (state.early.push(message) > MOST_EARLY) {
    state.early.shift();
    state.orphans++;
  }
  return false;
}

/** An exchange that counts anew says so by naming the last message as the one before. */
function isKnown(book: BookState, { sequence, previous }: Change): boolean {
  if (sequence === null || book.sequence === null) return false;
  return sequence <= book.sequence && previous !== book.sequence;
}

function follows(book: BookState, { previous }: Change): boolean {
  return previous === null || book.sequence === null || previous <= book.sequence;
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
