/** Columns as the engine makes them, by a side door: the area's own would load the Arrow library into plugins. */
export {
  asFlat,
  buffersOfColumn,
  clearRow,
  type ColumnData,
  concatColumns,
  copyColumn,
  createColumn,
  type FlatColumn,
  gather,
  isNull,
  isPacked,
  lengthOf,
  type PackedColumn,
  pickRows,
  sliceColumn,
} from "../arrow/batch.ts";
