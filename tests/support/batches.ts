/** Rows as plain objects to batches and back. */
import { type Column } from "../../dsl/typed_ast.ts";
import { storageOf, type ValueType } from "../../dsl/types.ts";
import {
  type Batch,
  type ColumnData,
  createColumn,
  type SymbolTable,
} from "../../runtime/arrow/mod.ts";
import { type Cells, emitted, type Value } from "../oracle/value.ts";

export function batchFrom(
  rows: readonly Cells[],
  columns: readonly Column[],
  symbols: SymbolTable,
): Batch {
  return {
    length: rows.length,
    columns: columns.map(({ name, type }) => {
      const data = createColumn(type, rows.length);
      rows.forEach((row, i) => data[i] = encode(row[name] ?? null, type, symbols));
      return data;
    }),
  };
}

function encode(value: Value, type: ValueType, symbols: SymbolTable): number {
  const clean = emitted(value);
  if (storageOf(type) === "symbol") return clean === null ? -1 : symbols.intern(String(clean));
  return clean === null ? NaN : Number(clean);
}

export function rowsOfBatches(
  batches: readonly Batch[],
  columns: readonly Column[],
  symbols: SymbolTable,
): readonly Cells[] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, i): Cells =>
      Object.fromEntries(
        columns.map(({ name, type }, c) => [name, decode(batch.columns[c], i, { type, symbols })]),
      ))
  );
}

function decode(
  data: ColumnData | undefined,
  index: number,
  { type, symbols }: { readonly type: ValueType; readonly symbols: SymbolTable },
): Value {
  const stored = data?.[index];
  if (stored === undefined) {
    throw new RangeError(`Cannot read row ${index}: the column is too short`);
  }
  if (storageOf(type) === "symbol") return stored < 0 ? null : symbols.text(stored);
  if (Number.isNaN(stored)) return null;
  return type.kind === "bool" ? stored === 1 : stored;
}
