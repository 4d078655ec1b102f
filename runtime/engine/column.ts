/** Columns as the engine makes them, by a side door: the area's own would load the Arrow library into plugins. */
export { type ColumnData, createColumn } from "../arrow/batch.ts";
