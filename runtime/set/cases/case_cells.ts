/** Cells of the tables that people write: text to typed values and back. */
import { isNested, parseDuration, printDuration, type ValueType } from "../../../dsl/mod.ts";
import { formatTimestamp } from "../../arrow/mod.ts";
import { parseTimeUs } from "../config_time.ts";

/** A typed value: times and durations in microseconds, a map as its entries, wide integers as such. */
export type Cell = number | string | boolean | bigint | null | readonly Cell[] | CellStruct;

export interface CellStruct {
  readonly [field: string]: Cell;
}

/** The words for a text that is no value of the type. */
export class CellError extends Error {
  override readonly name = "CellError";
}

/** The value of a word: `-` is null, `3s` a time after 1970, `2/3` a quotient, `[1,2]` and `{"a":1}` are JSON. */
export function cellOf(word: string, type: ValueType): Cell {
  if (word === "-") return null;
  if (isNested(type)) return cellOfJson(parsedJson(word), type);
  switch (type.kind) {
    case "string":
    case "enum":
      return word.startsWith('"') ? String(parsedJson(word)) : word;
    case "bool":
      return word === "true" ? true : word === "false" ? false : refuse(word, "true or false");
    case "timestamp":
      return durationOf(word) ?? parseTimeUs(word) ??
        refuse(word, "a time like 3s (after 1970) or 2024-01-01T00:00:00Z");
    case "duration":
      return durationOf(word) ?? refuse(word, "a duration like 500ms or 5s");
    case "i64":
      return integerOf(word);
    default:
      return asStored(numberOf(word), type);
  }
}

/** The value of JSON of a type; integers that no double holds are bigints, as `parsedJson` makes them. */
export function cellOfJson(value: unknown, type: ValueType): Cell {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "list":
      return listOf(value).map((part) => cellOfJson(part, type.element));
    case "vector":
      return listOf(value).map((part) => cellOfJson(part, { kind: "f64" }));
    case "map":
      return entriesOf(value).map(([key, one]) => [
        typeof key === "string" ? cellOf(key, type.key) : cellOfJson(key, type.key),
        cellOfJson(one, type.value),
      ]);
    case "struct":
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          cellOfJson(structOf(value)[field.name], field.type),
        ]),
      );
    case "string":
    case "enum":
      return String(value);
    case "timestamp":
    case "duration":
      return typeof value === "string" ? cellOf(value, type) : asStored(Number(value), type);
    case "bool":
      return typeof value === "boolean" ? value : refuse(String(value), "true or false");
    case "i64":
      return typeof value === "bigint" ? value : integerOf(String(value));
    default:
      return asStored(Number(value), type);
  }
}

/** JSON in which integers keep their digits. */
export function parsedJson(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? "";
    const isWide = typeof value === "number" && /^-?\d+$/.test(source) &&
      !Number.isSafeInteger(value);
    return isWide ? BigInt(source) : value;
  };
  try {
    return JSON.parse(text, keep);
  } catch {
    return refuse(text, 'JSON, such as [1,2] or {"a":1}');
  }
}

/** JSON text that the readers of files understand. */
export function jsonOf(cell: Cell, type: ValueType): string {
  if (cell === null) return "null";
  switch (type.kind) {
    case "list":
      return `[${parts(cell).map((part) => jsonOf(part, type.element)).join()}]`;
    case "vector":
      return `[${parts(cell).map((part) => jsonOf(part, { kind: "f64" })).join()}]`;
    case "map":
      return `{${
        parts(cell).map((entry) => {
          const [key, value] = parts(entry);
          const text = jsonOf(key ?? null, type.key);
          return `${text.startsWith('"') ? text : `"${text}"`}:${
            jsonOf(value ?? null, type.value)
          }`;
        }).join()
      }}`;
    case "struct":
      return `{${
        type.fields.map(({ name, type }) =>
          `${JSON.stringify(name)}:${jsonOf((cell as CellStruct)[name] ?? null, type)}`
        ).join()
      }}`;
    case "timestamp":
      return JSON.stringify(formatTimestamp(Number(cell)));
    default:
      return typeof cell === "bigint" ? String(cell) : JSON.stringify(cell);
  }
}

/** The word that `cellOf` reads as the cell. */
export function wordOf(cell: Cell, type: ValueType): string {
  if (cell === null) return "-";
  switch (type.kind) {
    case "string":
    case "enum":
      return /^[^\s"[\]{}]+$/.test(String(cell)) && cell !== "-"
        ? String(cell)
        : JSON.stringify(cell);
    case "timestamp":
      return Math.abs(Number(cell)) < RECENT_US
        ? shortTime(Number(cell))
        : formatTimestamp(Number(cell));
    case "duration":
      return shortTime(Number(cell));
    default:
      return isNested(type) ? jsonOf(cell, type) : String(cell);
  }
}

/** Equal to the bit, or numbers in equal places no further apart than the tolerance times their size, at least 1. */
export function equalCells(left: Cell, right: Cell, tolerance: number): boolean {
  if (typeof left === "number" && typeof right === "number") {
    if (Object.is(left, right)) return true;
    return Math.abs(left - right) <= tolerance * Math.max(1, Math.abs(left), Math.abs(right));
  }
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") {
    return left === right;
  }
  const [a, b] = [Object.entries(left), Object.entries(right)];
  return a.length === b.length &&
    a.every(([name, cell], at) => name === b[at]?.[0] && equalCells(cell, b[at][1], tolerance));
}

/** Times before it are shown as a duration after 1970. */
const RECENT_US = 100 * 86_400_000_000;

function shortTime(us: number): string {
  if (us === 0) return "0s";
  const sign = us < 0 ? "-" : "";
  return Math.abs(us) % 1000 === 0 ? `${us / 1_000_000}s` : `${sign}${printDuration(Math.abs(us))}`;
}

function durationOf(word: string): number | undefined {
  const isNegative = word.startsWith("-");
  const us = parseDuration(isNegative ? word.slice(1) : word);
  return us === undefined ? undefined : isNegative ? -us : us;
}

function numberOf(word: string): number {
  const [numerator = "", denominator] = word.split("/");
  const number = denominator === undefined
    ? Number(numerator)
    : Number(numerator) / Number(denominator);
  return Number.isFinite(number) && word !== ""
    ? number
    : refuse(word, "a number, or a quotient like 2/3");
}

function integerOf(word: string): number | bigint {
  if (!/^-?\d+$/.test(word)) return refuse(word, "a whole number");
  const number = Number(word);
  return Number.isSafeInteger(number) ? number : BigInt(word);
}

/** -0 is 0 in every column, and f32 has its own precision. */
function asStored(number: number, { kind }: ValueType): number {
  return (kind === "f32" ? Math.fround(number) : number) + 0;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(JSON.stringify(value), "a list like [1,2]");
}

function entriesOf(value: unknown): readonly (readonly unknown[])[] {
  return Array.isArray(value) ? value.map(listOf) : Object.entries(structOf(value));
}

function structOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { ...value }
    : refuse(String(value), 'a struct like {"a":1}');
}

function parts(cell: Cell): readonly Cell[] {
  return Array.isArray(cell) ? cell : [];
}

function refuse(word: string, expected: string): never {
  throw new CellError(`expected ${expected}, got ${word}`);
}
