/** The built-in scalar functions on values. */
import type { ValueType } from "../../dsl/types.ts";
import { callDate } from "./dates.ts";
import { concatenated, TEXT_FUNCTIONS } from "./text_functions.ts";
import { compareValues, numberOf, textOf, type Value } from "./value.ts";

type Body = (...values: number[]) => number;

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
};

/** The result of a scalar call; null where an argument is, but for `in` and `is_null`. */
export function callScalar(
  name: string,
  values: readonly Value[],
  types: readonly ValueType[] = [],
): Value {
  if (name === "is_null") return values[0] === null;
  if (name === "in") return isIn(values[0] ?? null, values.slice(1));
  if ((name === "div" || name === "mod") && values[1] === 0) return null;
  if (values.includes(null)) return null;
  if (name === "concat") return concatenated(values, types);
  const isText = values.some((value) => typeof value === "string");
  if (name === "least" && isText) return values.toSorted(compareValues)[0] ?? null;
  if (name === "greatest" && isText) return values.toSorted(compareValues).at(-1) ?? null;
  const text = TEXT_FUNCTIONS[name];
  if (text !== undefined) return text(...values);
  const body = NUMERIC[name];
  if (body !== undefined) return body(...values.map(numberOf));
  const dated = callDate(name, values);
  if (dated !== undefined) return dated;
  throw new RangeError(`Cannot call "${name}": the oracle has no such function`);
}

/** `x in (a, b)` is `x == a or x == b`. */
function isIn(value: Value, list: readonly Value[]): boolean | null {
  if (value === null) return null;
  if (list.some((one) => one !== null && textOf(one) === textOf(value))) return true;
  return list.includes(null) ? null : false;
}
