/** Rows of batches as texts: cells of a table, lines of CSV, values of JSON. */
import { type Column, isNumeric } from "../../dsl/mod.ts";
import { type Batch, formatTimestamp, NULL_SYMBOL, type SymbolTable } from "../arrow/mod.ts";
import type { TableColumn } from "./table_text.ts";
import { durationText, numberText, timeText } from "./value_text.ts";

/** A value as JSON has it: times as ISO 8601, durations in microseconds. */
export type CellValue = string | number | boolean | null;

/** The value of a row in a column. */
export function cellValue(
  { type }: Column,
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
  return Array.from(
    { length: batch.length },
    (_, row) =>
      columns.map((column, index) => cellValue(column, batch.columns[index]?.[row], symbols)),
  );
}

/** Every row as cells of a table. */
export function rowCells(
  columns: readonly Column[],
  batch: Batch,
  symbols: SymbolTable,
): string[][] {
  return Array.from(
    { length: batch.length },
    (_, row) =>
      columns.map((column, index) => cellText(column, batch.columns[index]?.[row], symbols)),
  );
}

/** Heads of a table of these columns: numbers stand to the right. */
export function tableColumns(columns: readonly Column[]): TableColumn[] {
  return columns.map(({ name, type }) => ({
    title: name,
    align: isNumeric(type) || type.kind === "duration" ? "right" : "left",
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

function cellText(column: Column, value: number | undefined, symbols: SymbolTable): string {
  const { kind } = column.type;
  if (kind === "timestamp" && value !== undefined && !Number.isNaN(value)) return timeText(value);
  if (kind === "duration" && value !== undefined && !Number.isNaN(value)) {
    return durationText(value);
  }
  const cell = cellValue(column, value, symbols);
  return typeof cell === "number" ? numberText(cell) : String(cell ?? "");
}
