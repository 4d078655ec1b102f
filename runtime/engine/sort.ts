/** Stable order by time: a radix sort of row numbers, because comparing doubles row by row costs ten times as much. */

const DIGIT_BITS = 12;
const DIGITS = 1 << DIGIT_BITS;

/** True if the values never fall. */
export function isAscending(values: Float64Array, length: number): boolean {
  for (let i = 1; i < length; i++) if (values[i]! < values[i - 1]!) return false;
  return true;
}

/** Row numbers in ascending order of whole-number values; equal ones keep their order. */
export function orderByTime(values: Float64Array, length: number): Int32Array<ArrayBuffer> {
  let rows: Int32Array<ArrayBuffer> = new Int32Array(length);
  for (let i = 0; i < length; i++) rows[i] = i;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  let other: Int32Array<ArrayBuffer> = new Int32Array(length);
  const counts = new Int32Array(DIGITS);
  const digits = new Uint16Array(length);
  for (let unit = 1; unit <= high - low; unit *= DIGITS) {
    counts.fill(0);
    for (let i = 0; i < length; i++) {
      const digit = Math.floor((values[i]! - low) / unit) % DIGITS;
      digits[i] = digit;
      counts[digit]!++;
    }
    if (counts[0] === length) continue;
    for (let digit = 0, start = 0; digit < DIGITS; digit++) {
      const count = counts[digit]!;
      counts[digit] = start;
      start += count;
    }
    for (let i = 0; i < length; i++) other[counts[digits[rows[i]!]!]!++] = rows[i]!;
    [rows, other] = [other, rows];
  }
  return rows;
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
