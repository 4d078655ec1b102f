/** Rows in columns, as they travel between readers, operators, workers and writers. */
import { storageOf, type ValueType } from "../../dsl/types.ts";

/** Numbers (null is NaN) or codes of the symbol table (null is -1); see `Storage` in `dsl/types.ts`. */
export type ColumnData = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** Columns of equal length. The schema is known from where the batch is. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly ColumnData[];
}

export function createColumn(type: ValueType, length: number): ColumnData {
  return storageOf(type) === "symbol" ? new Int32Array(length) : new Float64Array(length);
}

/** Each buffer once, for a transfer list; empty ones are shared by many batches and stay. */
export function buffersOf(batch: Batch): ArrayBuffer[] {
  const buffers = new Set(batch.columns.map((column) => column.buffer));
  return [...buffers].filter(({ byteLength }) => byteLength > 0);
}
