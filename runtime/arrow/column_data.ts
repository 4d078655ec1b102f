/** Columns in memory: how values of each type are held. */
import { storageOf, type ValueType } from "../../dsl/types.ts";

/** Numbers (null is NaN) or codes of the symbol table (null is -1); see `Storage` in `dsl/types.ts`. */
export type FlatColumn = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * Lists, structs, maps or vectors. `starts[i]` is -1 for null, else the place in `words` of a header that holds
 * the number of words of the value, itself included. Rows may share a run; `words` may hold runs of no row.
 */
export interface PackedColumn {
  readonly starts: Int32Array<ArrayBuffer>;
  readonly words: Float64Array<ArrayBuffer>;
}

export type ColumnData = FlatColumn | PackedColumn;

const NO_WORDS: Float64Array<ArrayBuffer> = new Float64Array(0);

/** A column to be filled; a packed one has only nulls until its `words` are set. */
export function createColumn(type: ValueType, length: number): ColumnData {
  switch (storageOf(type)) {
    case "symbol":
      return new Int32Array(length);
    case "number":
      return new Float64Array(length);
    case "packed":
      return { starts: new Int32Array(length).fill(-1), words: NO_WORDS };
  }
}

export function isPacked(column: ColumnData): column is PackedColumn {
  return !(column instanceof Float64Array || column instanceof Int32Array);
}

/** The column as one of scalars, for keys, times and whatever else is never nested. */
export function asFlat(column: ColumnData): FlatColumn {
  if (!isPacked(column)) return column;
  throw new TypeError("Cannot use a nested column here: it has to be one of scalars");
}

export function buffersOfColumn(column: ColumnData): ArrayBuffer[] {
  return isPacked(column) ? [column.starts.buffer, column.words.buffer] : [column.buffer];
}
