/** Casts: null where a value has no equal of the other type. */
import { isNumeric, type ValueType } from "../../dsl/types.ts";
import { isList, type Value } from "./value.ts";

const SECOND_US = 1_000_000;
const UNITS_US: Readonly<Record<string, number>> = {
  d: 86400 * SECOND_US,
  h: 3600 * SECOND_US,
  m: 60 * SECOND_US,
  s: SECOND_US,
  ms: 1000,
  us: 1,
};
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MOMENT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** A value that is not null, as another type. */
export function castValue(value: Value, from: ValueType, to: ValueType): Value {
  if (value === null || from.kind === to.kind && to.kind !== "vector" && to.kind !== "enum") {
    return value;
  }
  switch (to.kind) {
    case "bool":
      if (typeof value !== "string") return Number(value) !== 0;
      return value === "true" ? true : value === "false" ? false : null;
    case "i32":
    case "i64":
    case "f32":
    case "f64":
      return toNumber(value, to.kind);
    case "string":
      return toText(value, from);
    case "enum":
      return to.values.includes(String(value)) ? value : null;
    case "timestamp":
      return typeof value === "string" ? momentFrom(value) : value;
    case "duration":
      return typeof value === "string" ? durationFrom(value) : value;
    case "vector":
      return isList(value) && value.length === to.length && !value.includes(null) ? value : null;
    default:
      return value;
  }
}

function toNumber(value: Value, kind: "i32" | "i64" | "f32" | "f64"): Value {
  if (typeof value === "string" && !DECIMAL.test(value.trim())) return null;
  const number = Number(value);
  if (kind === "f64") return number;
  if (kind === "f32") return Math.fround(number);
  const whole = Math.trunc(number);
  const isIn = kind === "i32" ? whole === (whole | 0) : Number.isSafeInteger(whole);
  return isIn ? whole === 0 ? 0 : whole : null;
}

function toText(value: Value, from: ValueType): Value {
  if (from.kind === "timestamp") return momentText(Number(value));
  if (from.kind === "duration") return durationText(Number(value));
  if (isNumeric(from) && typeof value === "number") {
    return Number.isFinite(value) ? String(value === 0 ? 0 : value) : null;
  }
  return String(value);
}

function momentText(us: number): string {
  const seconds = Math.floor(us / SECOND_US);
  const rest = us - seconds * SECOND_US;
  const text = new Date(seconds * 1000).toISOString().slice(0, -5);
  return rest === 0 ? `${text}Z` : `${text}.${String(rest).padStart(6, "0")}Z`;
}

function momentFrom(text: string): number | null {
  const parts = MOMENT.exec(text.trim());
  if (parts === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] =
    parts;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const isReal = new Date(ms).toISOString().startsWith(`${year}-${month}-${day}`) &&
    Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isReal) return null;
  const [sign, zoneHours, zoneMinutes] = zone === "Z"
    ? [1, 0, 0]
    : [zone[0] === "-" ? -1 : 1, Number(zone.slice(1, 3)), Number(zone.slice(4))];
  const us = Number(fraction.slice(0, 6).padEnd(6, "0"));
  return ms * 1000 + us - sign * (zoneHours * 60 + zoneMinutes) * 60 * SECOND_US;
}

/** In the largest unit that leaves a whole number. */
function durationText(us: number): string {
  const [unit, size] = us === 0
    ? ["s", SECOND_US] as const
    : Object.entries(UNITS_US).find(([, size]) => us % size === 0) ?? ["us", 1];
  return `${us / size === 0 ? 0 : us / size}${unit}`;
}

function durationFrom(text: string): number | null {
  const parts = /^(-?)(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(text.trim());
  if (parts === null) return null;
  const [, sign, amount, unit = ""] = parts;
  const us = Number(amount) * (UNITS_US[unit] ?? NaN);
  return Number.isInteger(us) ? (sign === "-" ? -us : us) : null;
}
