/** Values of JSON objects to cells of columns. */
import {
  NULL_SYMBOL,
  type ReadColumn,
  type Rejects,
  type SymbolTable,
  toMicroseconds,
} from "../arrow/mod.ts";
import { checkNumber, parseCell, quoted, shortened } from "./cell_text.ts";

/** Reads one column of objects. */
export interface JsonCell {
  readonly column: ReadColumn;
  /** The cell that an object has for the column. */
  read(object: object, row: number, rejects: Rejects): number;
  /** True once an object had the column, be it null. */
  wasSeen(): boolean;
}

type Find = (object: object) => unknown;

const encoder = new TextEncoder();

/** The cell reader of a column; `from` is a key, or keys with points between them. */
export function createJsonCell(column: ReadColumn, symbols: SymbolTable): JsonCell {
  const { kind } = column.type;
  const toCell = kind === "string" || kind === "enum"
    ? createToSymbol(column, symbols)
    : (value: unknown) => numberOf(value, column);
  const empty = kind === "string" || kind === "enum" ? NULL_SYMBOL : NaN;
  const find = createFind(column.from);
  let isSeen = false;
  return {
    column,
    wasSeen: () => isSeen,
    read: (object, row, rejects) => {
      const value = find(object);
      if (value === undefined) return empty;
      isSeen = true;
      const cell = value === null ? empty : toCell(value);
      if (typeof cell === "number") return cell;
      rejects.add(row, column.from, cell);
      return empty;
    },
  };
}

/** Every path of an object to a value that is no object, with the value. */
export function leavesOf(object: object, prefix = ""): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix + key;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? leavesOf(value, `${path}.`) : [[path, value]];
  });
}

function createFind(from: string): Find {
  const keys = from.split(".");
  return (object) => {
    if (Object.hasOwn(object, from)) return (object as Record<string, unknown>)[from];
    let value: unknown = object;
    for (const key of keys) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
        return undefined;
      }
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  };
}

/** The code of a value, or why it has none. */
function createToSymbol(
  column: ReadColumn,
  symbols: SymbolTable,
): (value: unknown) => number | string {
  const allowed = column.type.kind === "enum" ? new Set(column.type.values) : undefined;
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number") {
      return `${describe(value)} is no string`;
    }
    const text = String(value);
    if (allowed === undefined || allowed.has(text)) return symbols.intern(text);
    return `${quoted(text)} is not one of its values`;
  };
}

/** The number of a value, or why it has none. */
function numberOf(value: unknown, column: ReadColumn): number | string {
  const { kind } = column.type;
  if (typeof value === "boolean" && kind === "bool") return value ? 1 : 0;
  if (typeof value === "string") {
    const bytes = encoder.encode(value);
    return parseCell(bytes, { start: 0, end: bytes.length }, column);
  }
  if (typeof value !== "number") return `${describe(value)} is no ${kind}`;
  if (kind === "timestamp" || kind === "duration") {
    return checkNumber(toMicroseconds(value, column.unit ?? "us"), "i64");
  }
  if (kind === "bool") return value === 0 || value === 1 ? value : `${value} is no bool`;
  return checkNumber(value, kind);
}

function describe(value: unknown): string {
  return shortened(JSON.stringify(value));
}
