/**
 * Ranks: sequences that a union can put side by side. A source that stands in a union numbers its rows in their
 * final order; in a union's stream the members' ranks lie in ranges of their own, one for each place.
 */
import type { NumberColumn } from "./stream_data.ts";

/** Below every place of delivery, so that the two can be told apart. */
const RANK_BASE = -(2 ** 52);
const RANKS_PER_PLACE = 2 ** 42;

/** Of rows that time makes and that stand after all events of their time; queries of times stand after them. */
export const AFTER_EVENTS = Number.MAX_VALUE;
/** Just after rows that time makes and that stand before all events of their time. */
const AFTER_CLOSED = -(2 ** 59);
/** Beyond all sequences of events, and where doubles lie `WITHIN_INSTANT` apart. */
const INSTANT_BASE = 2 ** 60;
const WITHIN_INSTANT = 2 ** 8;

/** Sequences of rows that time makes, in their order: before or after all events, and one by one within an instant. */
export function instantSequence({ length, time, sequence }: {
  readonly length: number;
  readonly time: NumberColumn;
  readonly sequence: NumberColumn;
}): NumberColumn {
  const numbers = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    numbers[i] = i > 0 && time[i] === time[i - 1]
      ? numbers[i - 1]! + WITHIN_INSTANT
      : sequence[i]! < 0
      ? -INSTANT_BASE
      : INSTANT_BASE;
  }
  return numbers;
}

/** Where rows made by time stand to see others of their time: just after them. */
export function besideOf(sequence: NumberColumn): NumberColumn {
  const beside = new Float64Array(sequence.length);
  for (let i = 0; i < sequence.length; i++) {
    beside[i] = sequence[i] === -Infinity ? AFTER_CLOSED : Infinity;
  }
  return beside;
}

/** Numbers rows as they leave admission. */
export class Ranks {
  #count: number;

  /** `count` rows were numbered before. */
  constructor(count = 0) {
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  next(length: number): NumberColumn {
    const ranks = new Float64Array(length);
    for (let i = 0; i < length; i++) ranks[i] = RANK_BASE + ++this.#count;
    return ranks;
  }
}

/** The ranks of a member of a union, whose positions begin at `place` there. */
export function atPlace(ranks: NumberColumn, place: number): NumberColumn {
  if (place === 0) return ranks;
  const moved = new Float64Array(ranks.length);
  const offset = place * RANKS_PER_PLACE;
  for (let i = 0; i < ranks.length; i++) moved[i] = ranks[i]! + offset;
  return moved;
}

/**
 * Where positions of one order stand in another: `places[p]` is the place there of what stands at place p here;
 * +Infinity, after all rows of its time, for -1.
 */
export function mapPlaces(ranks: NumberColumn, places: readonly number[]): NumberColumn {
  const mapped = new Float64Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) {
    const place = Math.floor((ranks[i]! - RANK_BASE) / RANKS_PER_PLACE);
    const there = places[place] ?? -1;
    mapped[i] = there < 0 ? Infinity : ranks[i]! + (there - place) * RANKS_PER_PLACE;
  }
  return mapped;
}
