/**
 * Rows in columns, as they travel between readers, operators, workers and writers. Also the door to columns for
 * code that runs in plugins' workers, where the Arrow library must not come along.
 */
import { buffersOfColumn, type ColumnData } from "./column_data.ts";

export * from "./column_data.ts";
export * from "./columns.ts";
export { isSoundPacked } from "./packed_rows.ts";

/** Columns of equal length. The schema is known from where the batch is. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly ColumnData[];
}

/** Each buffer once, for a transfer list; empty ones are shared by many batches and stay. */
export function buffersOf(batch: Pick<Batch, "columns">): ArrayBuffer[] {
  const buffers = new Set(batch.columns.flatMap(buffersOfColumn));
  return [...buffers].filter(({ byteLength }) => byteLength > 0);
}
