/** The rows of one stream in one slice, and the small moves every operation needs. */
import { type ColumnData, concatColumns, copyColumn, gather, sliceColumn } from "./column.ts";

export { gather };

export type NumberColumn = Float64Array<ArrayBuffer>;

export interface StreamData {
  readonly length: number;
  readonly time: NumberColumn;
  readonly sequence: NumberColumn;
  readonly columns: readonly ColumnData[];
}

export const NO_NUMBERS: NumberColumn = new Float64Array(0);

export const EMPTY: StreamData = {
  length: 0,
  time: NO_NUMBERS,
  sequence: NO_NUMBERS,
  columns: [],
};

export function gatherRows(data: StreamData, rows: Int32Array, count = rows.length): StreamData {
  return {
    length: count,
    time: gather(data.time, rows, count),
    sequence: gather(data.sequence, rows, count),
    columns: data.columns.map((column) => gather(column, rows, count)),
  };
}

/** Rows [from, to) without copying. */
export function sliceRows(data: StreamData, from: number, to: number): StreamData {
  if (from === 0 && to === data.length) return data;
  return {
    length: to - from,
    time: data.time.subarray(from, to),
    sequence: data.sequence.subarray(from, to),
    columns: data.columns.map((column) => sliceColumn(column, from, to)),
  };
}

/** Rows of all parts in one; a single part is handed back as it is. */
export function concatRows(parts: readonly StreamData[]): StreamData {
  const first = parts[0];
  if (!first) return EMPTY;
  if (parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return {
    length,
    time: concatColumns(parts.map(({ time }) => time), length),
    sequence: concatColumns(parts.map(({ sequence }) => sequence), length),
    columns: first.columns.map((_, place) =>
      concatColumns(parts.map(({ columns }) => columns[place]!), length)
    ),
  };
}

/** The rows in buffers of their own. */
export function copyRows({ length, time, sequence, columns }: StreamData): StreamData {
  return {
    length,
    time: time.slice(),
    sequence: sequence.slice(),
    columns: columns.map(copyColumn),
  };
}

/** First index with `values[index] >= bound`, in ascending values. */
export function firstAtLeast(values: ArrayLike<number>, length: number, bound: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
