/** Stable order by time: a radix sort of row numbers, because comparing doubles row by row costs ten times as much. */

const DIGIT_BITS = 12;
const DIGITS = 1 << DIGIT_BITS;
/** Values are split into a low and a high half, because integer digits are ten times as cheap as those of doubles. */
const HALF_BITS = 24;
const HALF = 2 ** HALF_BITS;

/** True if the values never fall. */
export function isAscending(values: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/** Row numbers in ascending order of whole-number values within 2^48 of each other; equal ones keep their order. */
export function orderByTime(values: Float64Array, length: number): Int32Array<ArrayBuffer> {
  let rows: Int32Array<ArrayBuffer> = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most - least >= HALF * HALF) return rows.sort((a, b) => values[a]! - values[b]! || a - b);
  const [low, high] = [new Int32Array(length), new Int32Array(length)];
  for (let i = 0; i < length; i++) {
    const value = values[i]! - least;
    const upper = Math.floor(value / HALF);
    high[i] = upper;
    low[i] = value - upper * HALF;
  }
  const highest = Math.floor((most - least) / HALF);
  let spare: Int32Array<ArrayBuffer> = new Int32Array(length);
  for (const [half, range] of [[low, Math.min(most - least, HALF - 1)], [high, highest]] as const) {
    for (let shift = 0; range >> shift > 0 && shift < HALF_BITS; shift += DIGIT_BITS) {
      sortByDigit(half, shift, rows, spare);
      [rows, spare] = [spare, rows];
    }
  }
  return rows;
}

function sortByDigit(values: Int32Array, shift: number, rows: Int32Array, into: Int32Array): void {
  const starts = new Int32Array(DIGITS + 1);
  for (let i = 0; i < rows.length; i++) starts[((values[i]! >> shift) & (DIGITS - 1)) + 1]!++;
  for (let digit = 1; digit <= DIGITS; digit++) starts[digit]! += starts[digit - 1]!;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    into[starts[(values[row]! >> shift) & (DIGITS - 1)]!++] = row;
  }
}

/** Orders rows of equal time, already adjacent, by sequence. */
export function orderTiesBySequence(
  rows: Int32Array,
  time: Float64Array,
  sequence: Float64Array,
): void {
  for (let from = 0; from < rows.length;) {
    let to = from + 1;
    while (to < rows.length && time[rows[to]!] === time[rows[from]!]) to++;
    if (to - from > 1) rows.subarray(from, to).sort((a, b) => sequence[a]! - sequence[b]! || a - b);
    from = to;
  }
}
