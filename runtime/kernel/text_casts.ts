/** Casts from and to texts, as JavaScript values. A bool may come as 0 or 1, a missing value leaves as null. */
import { parseDuration, printDuration } from "../../dsl/duration.ts";
import { FIRST_BIG, type ValueType } from "../../dsl/types.ts";
import { parseTimestamp } from "../arrow/timestamp_text.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DATE = /^\d{4}-\d\d-\d\d/;
const encoder = new TextEncoder();

/** The text of a value that is no text, as `as string` gives it. */
export function toText(
  type: ValueType,
  texts: readonly string[],
): (value: number | boolean) => string {
  switch (type.kind) {
    case "bool":
      return (value) => Number(value) === 1 ? "true" : "false";
    case "timestamp":
      return (value) => printMoment(Number(value));
    case "duration":
      return (value) => printDuration(Number(value));
    case "i64":
      return (value) =>
        Number(value) >= FIRST_BIG
          ? texts[(Number(value) - FIRST_BIG) / 2]!
          : String(Number(value) + 0);
    default:
      return (value) => String(Number(value) + 0);
  }
}

/** What a text says as a value of a type; null if it says none. */
export function fromText(type: ValueType): ((text: string) => number | null) | undefined {
  switch (type.kind) {
    case "bool":
      return (text) => text === "true" ? 1 : text === "false" ? 0 : null;
    case "f64":
      return (text) => finite(numberOf(text));
    case "f32":
      return (text) => finite(Math.fround(numberOf(text)));
    case "i32":
      return (text) => inRange(numberOf(text), -(2 ** 31), 2 ** 31 - 1);
    case "i64":
      return (text) => inRange(numberOf(text), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case "timestamp":
      return momentOf;
    case "duration":
      return durationOf;
    default:
      return undefined;
  }
}

/** Six digits of the second, or none. */
function printMoment(timeUs: number): string {
  const seconds = Math.floor(timeUs / 1e6);
  const microseconds = timeUs - seconds * 1e6;
  const text = new Date(seconds * 1000).toISOString().slice(0, -5);
  return microseconds === 0 ? `${text}Z` : `${text}.${String(microseconds).padStart(6, "0")}Z`;
}

function momentOf(text: string): number | null {
  const trimmed = text.trim();
  if (!DATE.test(trimmed)) return null;
  const bytes = encoder.encode(trimmed);
  return finite(parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" }));
}

function durationOf(text: string): number | null {
  const trimmed = text.trim();
  const isNegative = trimmed.startsWith("-");
  const us = parseDuration(isNegative ? trimmed.slice(1) : trimmed);
  return us === undefined ? null : isNegative ? 0 - us : us;
}

function numberOf(text: string): number {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? Number(trimmed) : NaN;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function inRange(value: number, least: number, most: number): number | null {
  const whole = Math.trunc(value) + 0;
  return whole >= least && whole <= most ? whole : null;
}
