/** Columns of streams, as kernels read them. */
import type { ColumnAt } from "../../../dsl/mod.ts";
import type { ColumnData } from "../column.ts";
import { type Slice, streamOf } from "./operation.ts";

export function readColumn(slice: Slice, { stream, column }: ColumnAt): ColumnData {
  const data = streamOf(slice, stream);
  return column === -1 ? data.time : data.columns[column]!;
}

export function readColumns(slice: Slice, places: readonly ColumnAt[]): ColumnData[] {
  return places.map((place) => readColumn(slice, place));
}
