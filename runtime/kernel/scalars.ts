/** Bodies of the built-in scalar functions. Null is NaN in and out; generated code calls these by slot. */
import { dateParts, floorMod } from "./calendar.ts";

type Scalar = (...args: number[]) => number;

function least(...values: number[]): number {
  return Math.min(...values);
}

function greatest(...values: number[]): number {
  return Math.max(...values);
}

/** Every built-in scalar by name, except `is_null` and `in`, which generated code holds inline. */
export const scalars: Readonly<Record<string, Scalar>> = {
  abs: (x) => Math.abs(x!),
  sign: (x) => Math.sign(x!),
  floor: (x) => Math.floor(x!),
  ceil: (x) => Math.ceil(x!),
  round: (x) => Math.round(x!),
  sqrt: (x) => Math.sqrt(x!),
  cbrt: (x) => Math.cbrt(x!),
  exp: (x) => Math.exp(x!),
  ln: (x) => Math.log(x!),
  log2: (x) => Math.log2(x!),
  log10: (x) => Math.log10(x!),
  pow: (x, y) => Math.pow(x!, y!),
  sin: (x) => Math.sin(x!),
  cos: (x) => Math.cos(x!),
  tan: (x) => Math.tan(x!),
  asin: (x) => Math.asin(x!),
  acos: (x) => Math.acos(x!),
  atan: (x) => Math.atan(x!),
  atan2: (y, x) => Math.atan2(y!, x!),
  least,
  greatest,
  div: (x, y) => Math.floor(x! / y!),
  mod: (x, y) => floorMod(x!, y!),
  clip: (x, low, high) => Math.min(Math.max(x!, low!), high!),
  ...dateParts,
  epoch_seconds: (t) => t! / 1_000_000,
  seconds: (d) => d! / 1_000_000,
};
