/** Result rows in batches of one size, so that a file's layout does not tell how the run was cut into slices. */
import type { Column } from "../../dsl/mod.ts";
import {
  asFlat,
  type ColumnData,
  concatColumns,
  copyColumn,
  createColumn,
  isPacked,
  type ResultWriter,
  sliceColumn,
} from "../arrow/mod.ts";

const BATCH_ROWS = 65_536;

/** Hands the writer batches of `rows` rows, the last one aside. */
export function withEvenBatches(
  writer: ResultWriter,
  columns: readonly Column[],
  rows: number = BATCH_ROWS,
): ResultWriter {
  const open = columns.map(({ type }) => openColumn(createColumn(type, rows)));
  let length = 0;
  const flush = async () => {
    const batch = { length, columns: open.map((column) => column.take(length)) };
    length = 0;
    await writer.write(batch);
  };
  return {
    async write(batch) {
      for (let from = 0; from < batch.length;) {
        const to = Math.min(batch.length, from + rows - length);
        open.forEach((column, place) => {
          column.put(sliceColumn(batch.columns[place]!, from, to), length);
        });
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

/** A column that is filled part by part. */
interface OpenColumn {
  /** Copies rows to a place that follows those before. */
  put(part: ColumnData, at: number): void;
  /** The column, until the next `put`. */
  take(length: number): ColumnData;
}

function openColumn(full: ColumnData): OpenColumn {
  if (!isPacked(full)) {
    return {
      put: (part, at) => full.set(asFlat(part), at),
      take: (length) => sliceColumn(full, 0, length),
    };
  }
  let parts: ColumnData[] = [];
  return {
    put: (part) => {
      parts.push(copyColumn(part));
    },
    take: (length) => {
      const all = concatColumns(parts, length);
      parts = [];
      return all;
    },
  };
}
