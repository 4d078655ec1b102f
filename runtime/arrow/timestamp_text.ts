/** Timestamps as text: ISO 8601, or a number of units since 1970 UTC. */
import type { TimeUnit } from "./column_spec.ts";

const ZERO = 0x30;
const NINE = 0x39;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const COLON = 0x3a;
const DAY_US = 86_400_000_000;

/** Digits a unit has before its microseconds end. */
const SHIFT: Readonly<Record<TimeUnit, number>> = { s: 6, ms: 3, us: 0, ns: -3 };

/** A piece of a byte array, and the unit of plain numbers in it. */
export interface TimestampText {
  readonly start: number;
  readonly end: number;
  readonly unit: TimeUnit;
}

/**
 * Whole microseconds, floored, of `2001-01-01`, `2001-01-01 00:01`, `2001-01-01T00:01:00.123456789Z`,
 * `…+02:00` (no zone means UTC), or a decimal number of units; NaN if it is none of these.
 */
export function parseTimestamp(
  bytes: Uint8Array,
  { start, end, unit }: TimestampText,
): number {
  const isDate = end - start >= 10 && bytes[start + 4] === MINUS && bytes[start + 7] === MINUS;
  return isDate ? parseIso(bytes, start, end) : parseDecimalTime(bytes, { start, end, unit });
}

/** The day that was read last: most rows of a file have the day of the row before. */
const last = { day: NaN, us: NaN };

function dateUs(year: number, month: number, day: number): number {
  const key = (year * 100 + month) * 100 + day;
  if (key !== last.day) {
    last.day = key;
    last.us = dayUs(year, month, day);
  }
  return last.us;
}

/** Microseconds of a day counted in the Gregorian calendar, or NaN if there is no such day. */
function dayUs(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return NaN;
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) +
    dayOfYear;
  return (era * 146097 + dayOfEra - 719468) * DAY_US;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
}

function parseIso(bytes: Uint8Array, start: number, end: number): number {
  const date = dateUs(
    digits(bytes, start, 4),
    digits(bytes, start + 5, 2),
    digits(bytes, start + 8, 2),
  );
  if (end - start === 10) return date;
  const separator = bytes[start + 10]!;
  if (separator !== 0x54 && separator !== 0x74 && separator !== 0x20) return NaN;
  let at = start + 16;
  if (at > end || bytes[start + 13] !== COLON) return NaN;
  const hour = digits(bytes, start + 11, 2);
  const minute = digits(bytes, start + 14, 2);
  let second = 0;
  let fraction = 0;
  if (at < end && bytes[at] === COLON) {
    if (at + 3 > end) return NaN;
    second = digits(bytes, at + 1, 2);
    at += 3;
    if (at < end && (bytes[at] === POINT || bytes[at] === 0x2c)) {
      const fractionEnd = endOfDigits(bytes, at + 1, end);
      if (fractionEnd === at + 1) return NaN;
      fraction = microsecondDigits(bytes, at + 1, fractionEnd);
      at = fractionEnd;
    }
  }
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  return date + ((hour * 60 + minute) * 60 + second) * 1e6 + fraction -
    zoneUs(bytes, at, end);
}

/** `Z`, ` UTC`, `+02`, `+0200`, `+02:00`, or nothing; NaN if it is something else. */
function zoneUs(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const first = bytes[start]!;
  if (length === 1) return first === 0x5a || first === 0x7a ? 0 : NaN;
  if (first === 0x20) return length === 4 && isUtc(bytes, start + 1) ? 0 : NaN;
  if (first !== PLUS && first !== MINUS) return NaN;
  const hours = digits(bytes, start + 1, 2);
  let minutes = 0;
  if (length === 5) minutes = digits(bytes, start + 3, 2);
  else if (length === 6 && bytes[start + 3] === COLON) minutes = digits(bytes, start + 4, 2);
  else if (length !== 3) return NaN;
  if (!(hours <= 23 && minutes <= 59)) return NaN;
  const offset = (hours * 60 + minutes) * 60e6;
  return first === MINUS ? -offset : offset;
}

function isUtc(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x55 && bytes[at + 1] === 0x54 && bytes[at + 2] === 0x43;
}

/** A decimal is moved by whole digits, so nothing is rounded: what is left over is dropped towards the past. */
function parseDecimalTime(bytes: Uint8Array, { start, end, unit }: TimestampText): number {
  const negative = bytes[start] === MINUS;
  const first = negative || bytes[start] === PLUS ? start + 1 : start;
  const point = endOfDigits(bytes, first, end);
  const hasPoint = point < end && bytes[point] === POINT;
  const last = hasPoint ? endOfDigits(bytes, point + 1, end) : point;
  const count = last - first - (hasPoint ? 1 : 0);
  if (last !== end || count === 0) return NaN;
  const keep = point - first + SHIFT[unit];
  let value = 0;
  let rest = 0;
  for (let at = first, place = 0; at < last; at++) {
    if (at === point) continue;
    const digit = bytes[at]! - ZERO;
    if (place++ < keep) value = value * 10 + digit;
    else rest |= digit;
  }
  for (let place = count; place < keep; place++) value *= 10;
  if (value > Number.MAX_SAFE_INTEGER) return NaN;
  if (!negative) return value;
  return rest === 0 ? 0 - value : -value - 1;
}

/** NaN if one of them is no digit. */
function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const byte = bytes[i]!;
    if (!(byte >= ZERO && byte <= NINE)) return NaN;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= ZERO && bytes[at]! <= NINE) at++;
  return at;
}

function microsecondDigits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < start + 6; i++) value = value * 10 + (i < end ? bytes[i]! - ZERO : 0);
  return value;
}
