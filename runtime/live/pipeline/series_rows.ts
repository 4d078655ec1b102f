/** Rows of a plan's edge with the columns of their series, in its order. */
import type { ResultEdge } from "../../../dsl/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import type { LiveSeriesInfo } from "../live_system.ts";

export function seriesRows(
  rows: StreamData,
  { columns }: ResultEdge,
  { keys, columns: others }: LiveSeriesInfo,
): StreamData {
  const names = columns.map(({ name }) => name);
  const places = [...keys, ...others].map(({ name }) => names.indexOf(name));
  return { ...rows, columns: places.map((place) => rows.columns[place]!) };
}
