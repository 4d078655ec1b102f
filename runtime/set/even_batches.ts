/** Result rows in batches of one size, so that a file's layout does not tell how the run was cut into slices. */
import type { Column } from "../../dsl/mod.ts";
import { type Batch, type ColumnData, createColumn, type ResultWriter } from "../arrow/mod.ts";

const BATCH_ROWS = 65_536;

/** Hands the writer batches of `rows` rows, the last one aside. */
export function withEvenBatches(
  writer: ResultWriter,
  columns: readonly Column[],
  rows: number = BATCH_ROWS,
): ResultWriter {
  const full: readonly ColumnData[] = columns.map(({ type }) => createColumn(type, rows));
  let length = 0;
  const flush = async () => {
    const part = length === rows ? full : full.map((column) => head(column, length));
    const batch = { length, columns: part };
    length = 0;
    await writer.write(batch);
  };
  return {
    async write(batch) {
      for (let from = 0; from < batch.length;) {
        const to = Math.min(batch.length, from + rows - length);
        copyRows(batch, { from, to, into: full, at: length });
        length += to - from;
        from = to;
        if (length === rows) await flush();
      }
    },
    async close() {
      if (length > 0) await flush();
      return await writer.close();
    },
    abort: () => writer.abort(),
  };
}

function head(column: ColumnData, length: number): ColumnData {
  return column instanceof Int32Array ? column.subarray(0, length) : column.subarray(0, length);
}

function copyRows(
  { columns }: Batch,
  part: { from: number; to: number; into: readonly ColumnData[]; at: number },
): void {
  const { from, to, into, at } = part;
  columns.forEach((column, place) => into[place]!.set(column.subarray(from, to), at));
}
