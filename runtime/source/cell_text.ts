/** One cell's bytes to a value, for cells the fast paths do not take. */
import {
  numberOfInteger,
  parseTimestamp,
  type ReadColumn,
  type SymbolTable,
} from "../arrow/mod.ts";

/** The value, NaN for null, or why there is none. */
export type CellValue = number | string;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^[+-]?\d+$/;
const NOT_FINITE = /^[+-]?(?:nan|inf|infinity)$/i;
const MAX_I32 = 2 ** 31 - 1;

/** Reads the number, time or truth value of a column from UTF-8 text. */
export function parseCell(
  bytes: Uint8Array,
  range: { readonly start: number; readonly end: number },
  column: ReadColumn,
  symbols: SymbolTable,
): CellValue {
  const { start, end } = trim(bytes, range.start, range.end);
  if (start === end) return NaN;
  const { kind } = column.type;
  const unit = column.unit ?? "us";
  if (kind === "timestamp" || kind === "duration") {
    const time = parseTime(bytes, { start, end, unit }, kind);
    if (!Number.isNaN(time)) return time;
    const text = textOf(bytes, start, end);
    return Number.isFinite(parseFloat(text)) && NUMBER.test(text)
      ? `${quoted(text)} is out of range`
      : `${quoted(text)} is no ${kind}`;
  }
  const text = textOf(bytes, start, end);
  return kind === "bool" ? parseBool(text) : parseNumber(text, kind, symbols);
}

/** The number that a value of this kind may be, or why it may not. */
export function checkNumber(value: number, kind: ReadColumn["type"]["kind"]): CellValue {
  if (kind === "f64") return value - value === 0 ? value + 0 : NaN;
  if (kind === "f32") return checkNumber(Math.fround(value), "f64");
  if (value - value !== 0) return `${value} is no ${kind}`;
  if (Math.floor(value) !== value) return `${value} is not a whole number`;
  const most = kind === "i32" ? MAX_I32 : Number.MAX_SAFE_INTEGER;
  const least = kind === "i32" ? -MAX_I32 - 1 : Number.MIN_SAFE_INTEGER;
  return value >= least && value <= most ? value + 0 : `${value} is outside ${least} to ${most}`;
}

/** The number of a 64-bit integer, or why it is none. */
export function wholeNumber(value: bigint, symbols: SymbolTable): CellValue {
  return numberOfInteger(value, symbols) ??
    `${value} is outside -9223372036854775808 to 9223372036854775807`;
}

function parseTime(
  bytes: Uint8Array,
  place: Parameters<typeof parseTimestamp>[1],
  kind: "timestamp" | "duration",
): number {
  const isIso = bytes[place.start + 4] === 0x2d && place.end - place.start >= 10;
  if (kind === "duration" && isIso) return NaN;
  const time = parseTimestamp(bytes, place);
  if (!Number.isNaN(time)) return time;
  const text = textOf(bytes, place.start, place.end);
  return /[eE]/.test(text) && NUMBER.test(text) ? parseExponent(text, place.unit) : NaN;
}

/** `1.5e9` written out, so that moving its point stays exact. */
function parseExponent(text: string, unit: NonNullable<ReadColumn["unit"]>): number {
  const value = Number(text);
  if (Math.abs(value) >= 1e21 || (value !== 0 && Math.abs(value) < 1e-6)) return NaN;
  const plain = new TextEncoder().encode(String(value));
  return parseTimestamp(plain, { start: 0, end: plain.length, unit });
}

function parseBool(text: string): CellValue {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "1") return 1;
  return lower === "false" || lower === "0" ? 0 : `${quoted(text)} is no bool`;
}

function parseNumber(
  text: string,
  kind: ReadColumn["type"]["kind"],
  symbols: SymbolTable,
): CellValue {
  if (kind === "i64" && WHOLE.test(text)) {
    const value = Number(text);
    return Number.isSafeInteger(value)
      ? value + 0
      : wholeNumber(BigInt(text.replace(/^[+]/, "")), symbols);
  }
  if (NUMBER.test(text)) return checkNumber(Number(text), kind);
  const isFloat = kind === "f64" || kind === "f32";
  return isFloat && NOT_FINITE.test(text) ? NaN : `${quoted(text)} is no ${kind}`;
}

function trim(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } {
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  return { start, end };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** A cell in a message: quoted, and short. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text));
}

/** A text in a message: its beginning. */
export function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
