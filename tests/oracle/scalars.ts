/** The built-in scalar functions on values that are not null. */
import type { Value } from "./value.ts";

type Body = (...values: number[]) => number;

const DAY_US = 86_400_000_000;

const NUMERIC: Readonly<Record<string, Body>> = {
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  pow: Math.pow,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  least: Math.min,
  greatest: Math.max,
  div: (a, b) => Math.floor(a / b),
  mod: (a, b) => a - b * Math.floor(a / b),
  clip: (x, low, high) => Math.max(low, Math.min(x, high)),
  hour: (us) => calendar(us).getUTCHours(),
  minute: (us) => calendar(us).getUTCMinutes(),
  second: (us) => calendar(us).getUTCSeconds(),
  day: (us) => calendar(us).getUTCDate(),
  month: (us) => calendar(us).getUTCMonth() + 1,
  year: (us) => calendar(us).getUTCFullYear(),
  weekday: (us) => ((Math.floor(us / DAY_US) + 3) % 7 + 7) % 7 + 1,
  epoch_seconds: (us) => us / 1_000_000,
  seconds: (us) => us / 1_000_000,
};

/** Names of the functions the oracle knows, `in` and `is_null` aside. */
export const SCALAR_NAMES: readonly string[] = Object.keys(NUMERIC);

/** The result of a scalar call; null where an argument is, but for `in` and `is_null`. */
export function callScalar(name: string, values: readonly Value[]): Value {
  if (name === "is_null") return values[0] === null;
  if (name === "in") return isIn(values[0] ?? null, values.slice(1));
  const body = NUMERIC[name];
  if (body === undefined) {
    throw new RangeError(`Cannot call "${name}": the oracle has no such function`);
  }
  if ((name === "div" || name === "mod") && values[1] === 0) return null;
  return values.includes(null) ? null : body(...values.map(Number));
}

/** `x in (a, b)` is `x == a or x == b`. */
function isIn(value: Value, list: readonly Value[]): boolean | null {
  if (value === null) return null;
  if (list.includes(value)) return true;
  return list.includes(null) ? null : false;
}

function calendar(us: number): Date {
  return new Date(Math.floor(us / 1000));
}
