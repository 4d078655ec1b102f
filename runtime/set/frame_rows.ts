/** Rows as the batches of frames: time, sequence, columns; in buffers that are nobody else's. */
import { type Batch, type ColumnData, copyColumn, isPacked } from "../arrow/mod.ts";
import { gatherRows, type StreamData } from "../engine/mod.ts";

export function toBatch({ length, time, sequence, columns }: StreamData): Batch {
  return { length, columns: [time, sequence, ...columns] };
}

/** Rows in a batch whose buffers are nobody else's; nested columns would share their words. */
export function chosen(rows: StreamData, mine: Int32Array): Batch {
  const { length, columns } = toBatch(gatherRows(rows, mine));
  return {
    length,
    columns: columns.map((column) => isPacked(column) ? copyColumn(column) : column),
  };
}

/** A batch whose buffers are nobody else's. */
export function copied(rows: StreamData): Batch {
  const { length, columns } = toBatch(rows);
  return { length, columns: columns.map(copyColumn) };
}

export function fromBatch({ length, columns }: Batch): StreamData {
  const [time, sequence, ...rest] = columns as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    ...ColumnData[],
  ];
  return { length, time, sequence, columns: rest };
}
