/** Values as the oracle holds them: plain JavaScript, microseconds for times, `null` for missing. */

export type Value = number | string | boolean | null;

/** One row: the value of every column by name. */
export type Cells = Readonly<Record<string, Value>>;

/** A value as a column may hold it: non-finite is null, −0 is 0. */
export function emitted(value: Value): Value {
  if (typeof value !== "number") return value;
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : value;
}

/** A text that two keys share exactly when they are equal. */
export function keyText(key: readonly Value[]): string {
  return JSON.stringify(key);
}

/** The order of keys by column: bytes of texts, size of numbers. */
export function compareKeys(left: readonly Value[], right: readonly Value[]): number {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareValues(left[i] ?? null, right[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  if (typeof left === "string" && typeof right === "string") return compareBytes(left, right);
  return Number(left) - Number(right);
}

function compareBytes(left: string, right: string): number {
  const a = new TextEncoder().encode(left);
  const b = new TextEncoder().encode(right);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  }
  return a.length - b.length;
}

/** A row that cannot be computed: the run fails and names it. */
export class RowError extends Error {
  override readonly name = "RowError";
}
