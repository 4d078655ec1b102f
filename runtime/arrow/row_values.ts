/** Rows of a batch as JavaScript values, for printing and JSON. */
import { type Column, storageOf, type ValueType } from "../../dsl/mod.ts";
import type { Batch } from "./batch.ts";
import type { SymbolTable } from "./symbols.ts";
import { formatTimestamp } from "./timestamp_format.ts";

/** A timestamp is its ISO 8601 text, a duration its microseconds. */
export type CellContent = string | number | boolean | null;

/** One object per row, by column name. */
export function toRows(
  batch: Batch,
  columns: readonly Column[],
  symbols: SymbolTable,
): Record<string, CellContent>[] {
  const contents = columns.map(({ type }) => contentOf(type, symbols));
  return Array.from({ length: batch.length }, (_, row) =>
    Object.fromEntries(
      columns.map(({ name }, index) => [name, contents[index]!(batch.columns[index]![row]!)]),
    ));
}

function contentOf(type: ValueType, symbols: SymbolTable): (value: number) => CellContent {
  if (storageOf(type) === "symbol") return (code) => (code < 0 ? null : symbols.text(code));
  if (type.kind === "bool") return (value) => (Number.isNaN(value) ? null : value === 1);
  if (type.kind === "timestamp") {
    return (value) => (Number.isNaN(value) ? null : formatTimestamp(value));
  }
  return (value) => (Number.isNaN(value) ? null : value);
}
