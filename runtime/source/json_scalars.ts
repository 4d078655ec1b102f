/** JSON values to the cells of scalar columns. */
import { type ReadColumn, type SymbolTable, toMicroseconds } from "../arrow/mod.ts";
import { checkNumber, parseCell, quoted, shortened, wholeNumber } from "./cell_text.ts";

/** The number or code of a value that is not null, or why it has none. */
export type ScalarRead = (value: unknown) => number | string;

const encoder = new TextEncoder();

export function createScalarRead(column: ReadColumn, symbols: SymbolTable): ScalarRead {
  const { kind } = column.type;
  return kind === "string" || kind === "enum"
    ? symbolRead(column, symbols)
    : (value) => numberOf(value, column, symbols);
}

/** A value in a message: its JSON, and short. */
export function describeJson(value: unknown): string {
  return shortened(
    JSON.stringify(value, (_, item) => typeof item === "bigint" ? String(item) : item),
  );
}

function symbolRead(column: ReadColumn, symbols: SymbolTable): ScalarRead {
  const allowed = column.type.kind === "enum" ? new Set(column.type.values) : undefined;
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") {
      return `${describeJson(value)} is no string`;
    }
    const text = String(value);
    if (allowed === undefined || allowed.has(text)) return symbols.intern(text);
    return `${quoted(text)} is not one of its values`;
  };
}

function numberOf(value: unknown, column: ReadColumn, symbols: SymbolTable): number | string {
  const { kind } = column.type;
  if (typeof value === "boolean" && kind === "bool") return value ? 1 : 0;
  if (typeof value === "string") {
    const bytes = encoder.encode(value);
    return parseCell(bytes, { start: 0, end: bytes.length }, column, symbols);
  }
  if (typeof value === "bigint") {
    return kind === "i64" ? wholeNumber(value, symbols) : numberOf(Number(value), column, symbols);
  }
  if (typeof value !== "number") return `${describeJson(value)} is no ${kind}`;
  if (kind === "timestamp" || kind === "duration") {
    return checkNumber(toMicroseconds(value, column.unit ?? "us"), "i64");
  }
  if (kind === "bool") return value === 0 || value === 1 ? value : `${value} is no bool`;
  return checkNumber(value, kind);
}
