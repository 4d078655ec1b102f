/** Rows of batches as texts: cells of a table, lines of CSV, values of JSON. */
import { type Column, isNested, isNumeric, type ValueType } from "../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  bigIntegerText,
  type ColumnData,
  createPackedText,
  FIRST_BIG,
  formatTimestamp,
  NULL_SYMBOL,
  type PackedColumn,
  type SymbolTable,
} from "../arrow/mod.ts";
import type { TableColumn } from "./table_text.ts";
import { durationText, numberText, timeText } from "./value_text.ts";

/** A value as JSON has it: times as ISO 8601, durations in microseconds. */
export type CellValue = string | number | boolean | null | ExactJson;

/** JSON of its own: a nested value, or an integer that no double holds. */
export class ExactJson {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** What `JSON.stringify` writes as the same text. */
  toJSON(): unknown {
    return JSON.parse(this.#text, keepDigits);
  }
}

/** Integers that a double does not hold, as they were written. */
function keepDigits(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const isRounded = typeof value === "number" && Number.isInteger(value) &&
    !Number.isSafeInteger(value);
  if (!isRounded || source === undefined) return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source);
}

/** Values of a column, row by row. */
export function cellReader(
  { type }: Column,
  symbols: SymbolTable,
): (data: ColumnData | undefined, row: number) => CellValue {
  if (isNested(type)) {
    const textOf = createPackedText(type, symbols);
    return (data, row) => {
      const text = data && textOf(data as PackedColumn, row);
      return text === undefined ? null : new ExactJson(text);
    };
  }
  return (data, row) => scalarValue(type, data && asFlat(data)[row], symbols);
}

/** The value that a number or a code of a scalar column is. */
export function scalarValue(
  type: ValueType,
  value: number | undefined,
  symbols: SymbolTable,
): CellValue {
  if (value === undefined || Number.isNaN(value)) return null;
  switch (type.kind) {
    case "string":
    case "enum":
      return value === NULL_SYMBOL ? null : symbols.text(value);
    case "bool":
      return value === 1;
    case "timestamp":
      return formatTimestamp(value);
    case "i64":
      return value >= FIRST_BIG ? new ExactJson(bigIntegerText(value, symbols)) : value;
    default:
      return value;
  }
}

/** Every row as values, in the order of the columns. */
export function rowValues(
  columns: readonly Column[],
  batch: Batch,
  symbols: SymbolTable,
): CellValue[][] {
  const readers = columns.map((column) => cellReader(column, symbols));
  return Array.from(
    { length: batch.length },
    (_, row) => readers.map((read, index) => read(batch.columns[index], row)),
  );
}

/** Every row as cells of a table. */
export function rowCells(
  columns: readonly Column[],
  batch: Batch,
  symbols: SymbolTable,
): string[][] {
  const readers = columns.map((column) => cellTextReader(column, symbols));
  return Array.from(
    { length: batch.length },
    (_, row) => readers.map((read, index) => read(batch.columns[index], row)),
  );
}

/** Heads of a table of these columns: numbers stand to the right. */
export function tableColumns(columns: readonly Column[]): TableColumn[] {
  return columns.map(({ name, type }) => ({
    title: name,
    align: isNumeric(type) || type.kind === "duration" ? "right" : "left",
    gives: isNested(type),
  }));
}

/** One line of CSV as RFC 4180 has it, without its end. */
export function csvLine(values: readonly CellValue[]): string {
  return values.map((value) => {
    if (value === null) return "";
    const text = String(value);
    return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }).join(",");
}

function cellTextReader(
  column: Column,
  symbols: SymbolTable,
): (data: ColumnData | undefined, row: number) => string {
  const read = cellReader(column, symbols);
  const { kind } = column.type;
  if (kind !== "timestamp" && kind !== "duration") {
    return (data, row) => cellText(read(data, row));
  }
  const textOf = kind === "timestamp" ? timeText : durationText;
  return (data, row) => {
    const value = data ? asFlat(data)[row] ?? NaN : NaN;
    return Number.isNaN(value) ? "" : textOf(value);
  };
}

function cellText(value: CellValue): string {
  if (value instanceof ExactJson) return shortened(String(value));
  return typeof value === "number" ? numberText(value) : String(value ?? "");
}

/** Longer cells tell no more, and push the other columns away. */
const MOST_NESTED = 60;

function shortened(text: string): string {
  return text.length > MOST_NESTED ? `${text.slice(0, MOST_NESTED - 1)}…` : text;
}
