/** The moves that every kind of column allows: parts, choices and copies of rows. */
import { type ColumnData, isPacked, type PackedColumn } from "./column_data.ts";
import { copyPacked, joinPacked, pickPacked } from "./packed_rows.ts";

export function lengthOf(column: ColumnData): number {
  return isPacked(column) ? column.starts.length : column.length;
}

export function isNull(column: ColumnData, row: number): boolean {
  if (column instanceof Float64Array) return column[row] !== column[row];
  return (column instanceof Int32Array ? column : column.starts)[row]! < 0;
}

export function countNulls(column: ColumnData): number {
  let nulls = 0;
  if (column instanceof Float64Array) {
    for (let i = 0; i < column.length; i++) if (column[i] !== column[i]) nulls++;
    return nulls;
  }
  const codes = column instanceof Int32Array ? column : column.starts;
  for (let i = 0; i < codes.length; i++) if (codes[i]! < 0) nulls++;
  return nulls;
}

/** Makes a row null. */
export function clearRow(column: ColumnData, row: number): void {
  if (column instanceof Float64Array) column[row] = NaN;
  else (column instanceof Int32Array ? column : column.starts)[row] = -1;
}

/** The elements at `rows`, in that order; nested ones share their words with the column. */
export function gather<T extends ColumnData>(column: T, rows: Int32Array, count = rows.length): T {
  if (column instanceof Int32Array) return gatherCodes(column, rows, count) as unknown as T;
  if (column instanceof Float64Array) {
    const taken = new Float64Array(count);
    for (let i = 0; i < count; i++) taken[i] = column[rows[i]!]!;
    return taken as unknown as T;
  }
  const { starts, words } = column as PackedColumn;
  return { starts: gatherCodes(starts, rows, count), words } as unknown as T;
}

function gatherCodes(codes: Int32Array, rows: Int32Array, count: number): Int32Array<ArrayBuffer> {
  const taken = new Int32Array(count);
  for (let i = 0; i < count; i++) taken[i] = codes[rows[i]!]!;
  return taken;
}

/** Rows [from, to) without copying. */
export function sliceColumn<T extends ColumnData>(column: T, from: number, to: number): T {
  if (!isPacked(column)) return column.subarray(from, to) as unknown as T;
  const { starts, words } = column as PackedColumn;
  return { starts: starts.subarray(from, to), words } as unknown as T;
}

/** The column in buffers of its own, without words that no row points to. */
export function copyColumn<T extends ColumnData>(column: T): T {
  if (isPacked(column)) return copyPacked(column) as unknown as T;
  return (column as Exclude<ColumnData, PackedColumn>).slice() as unknown as T;
}

/** Rows of all parts, one part after the other; at least one part. */
export function concatColumns<T extends ColumnData>(parts: readonly T[], length: number): T {
  const first: ColumnData = parts[0]!;
  if (isPacked(first)) {
    return joinPacked(
      parts as readonly ColumnData[] as readonly PackedColumn[],
      length,
    ) as unknown as T;
  }
  const all = first instanceof Int32Array ? new Int32Array(length) : new Float64Array(length);
  let at = 0;
  for (const part of parts as readonly (Float64Array | Int32Array)[]) {
    all.set(part, at);
    at += part.length;
  }
  return all as unknown as T;
}

/** Row `fromRow[i]` of part `fromPart[i]` for every i. */
export function pickRows<T extends ColumnData>(
  parts: readonly T[],
  fromPart: Int32Array,
  fromRow: Int32Array,
): T {
  const first: ColumnData = parts[0]!;
  if (isPacked(first)) {
    const packed = parts as readonly ColumnData[] as readonly PackedColumn[];
    return pickPacked(packed, fromPart, fromRow) as unknown as T;
  }
  const columns = parts as readonly (Float64Array | Int32Array)[];
  const all = first instanceof Int32Array
    ? new Int32Array(fromRow.length)
    : new Float64Array(fromRow.length);
  for (let i = 0; i < all.length; i++) all[i] = columns[fromPart[i]!]![fromRow[i]!]!;
  return all as unknown as T;
}
