/** Which rows of a sequence of batches are kept. */
import type { Batch, ColumnData } from "../arrow/mod.ts";

/** A time range, a step and a most; see `Selection`. */
export interface RowChoice {
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly everyN?: number;
  readonly limit?: number;
}

/** Rows of one batch that are kept; `isDone` when no later one can be. */
export interface KeptRows {
  readonly batch: Batch;
  readonly isDone: boolean;
}

/** Remembers from batch to batch how many rows were in the range and how many were kept. */
export function keepRows(choice: RowChoice): (batch: Batch, times?: ColumnData) => KeptRows {
  const { fromUs = -Infinity, toUs = Infinity, everyN = 1, limit = Infinity } = choice;
  if (!(everyN >= 1 && limit >= 0)) {
    throw new RangeError(`Cannot keep ${limit} rows, every ${everyN}: there are none`);
  }
  let seen = 0;
  let kept = 0;
  return (batch, times) => {
    const rows = new Int32Array(batch.length);
    let count = 0;
    for (let row = 0; row < batch.length && kept < limit; row++) {
      if (times !== undefined && !(times[row]! >= fromUs && times[row]! < toUs)) continue;
      if (seen++ % everyN !== 0) continue;
      rows[count++] = row;
      kept++;
    }
    return { batch: takeRows(batch, rows.subarray(0, count)), isDone: kept >= limit };
  };
}

function takeRows(batch: Batch, rows: Int32Array): Batch {
  if (rows.length === batch.length) return batch;
  const columns = batch.columns.map((column) => {
    const taken = column instanceof Int32Array
      ? new Int32Array(rows.length)
      : new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) taken[i] = column[rows[i]!]!;
    return taken;
  });
  return { length: rows.length, columns };
}
