/** Times as whole microseconds, floored. */
import type { TimeUnit } from "./column_spec.ts";

const MICROSECONDS: Readonly<Record<TimeUnit, number>> = { s: 1e6, ms: 1e3, us: 1, ns: 1e-3 };

/** Microseconds per unit; below 1 for `ns`. */
export function microsecondsPer(unit: TimeUnit): number {
  return MICROSECONDS[unit];
}

/** Whole microseconds of a number of units; a float that is the nearest to a microsecond means that one. */
export function toMicroseconds(value: number, unit: TimeUnit): number {
  if (unit === "us") return Math.floor(value);
  if (unit === "ns") return Math.floor(value / 1000);
  const perUnit = MICROSECONDS[unit];
  const nearest = Math.round(value * perUnit);
  return nearest / perUnit === value ? nearest : Math.floor(value * perUnit);
}

/** Converts in place; NaN stays. */
export function scaleToMicroseconds(values: Float64Array, unit: TimeUnit): void {
  for (let i = 0; i < values.length; i++) values[i] = toMicroseconds(values[i]!, unit);
}
