/** Columns as the engine makes them; the engine never loads the Arrow library. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import type { ColumnData } from "../arrow/mod.ts";

export type { ColumnData };

export function createColumn(type: ValueType, length: number): ColumnData {
  return storageOf(type) === "symbol" ? new Int32Array(length) : new Float64Array(length);
}
