/** Values as the oracle holds them: plain JavaScript, microseconds for times, `null` for missing. */

/** A 64-bit integer beyond 2^53 - 1 is a bigint, a vector a list of its numbers. */
export type Value =
  | number
  | string
  | boolean
  | null
  | bigint
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | Struct;

export interface Struct {
  readonly [field: string]: Value;
}

/** One row: the value of every column by name. */
export type Cells = Readonly<Record<string, Value>>;

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ReadonlyMap<Value, Value> {
  return value instanceof Map;
}

export function isStruct(value: Value): value is Struct {
  return typeof value === "object" && value !== null && !isList(value) && !isMap(value);
}

/** A value as a column may hold it: non-finite is null, −0 is 0, also inside. */
export function emitted(value: Value): Value {
  if (typeof value === "number") return Number.isFinite(value) ? value === 0 ? 0 : value : null;
  if (isList(value)) return value.map(emitted);
  if (isMap(value)) return new Map([...value].map(([key, one]) => [key, emitted(one)]));
  if (!isStruct(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, emitted(field)]));
}

/** A text that two values share exactly when they are equal. */
export function textOf(value: Value): string {
  if (typeof value === "bigint") return `${value}n`;
  if (isList(value)) return `[${value.map(textOf).join()}]`;
  if (isMap(value)) return `map${textOf([...value].flat())}`;
  if (!isStruct(value)) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, field]) => `${name}:${textOf(field)}`).join()}}`;
}

/** A text that two keys share exactly when they are equal. */
export function keyText(key: readonly Value[]): string {
  return textOf(key);
}

/** The order of keys by column: bytes of texts, size of numbers. */
export function compareKeys(left: readonly Value[], right: readonly Value[]): number {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareValues(left[i] ?? null, right[i] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** Nulls first, texts by bytes, numbers by size, false before true. */
export function compareValues(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  if (typeof left === "string" && typeof right === "string") return compareBytes(left, right);
  if (typeof left === "bigint" || typeof right === "bigint") {
    return BigInt(String(left)) < BigInt(String(right)) ? -1 : 1;
  }
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

/** The number itself; a 64-bit integer beyond 2^53 - 1 is kept, not computed with. */
export function numberOf(value: Value): number {
  if (typeof value !== "bigint") return Number(value);
  throw new RowError(`Cannot compute with ${value}: it is beyond 2^53 - 1`);
}
