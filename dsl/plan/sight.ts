/** How far queries see into the rows of a kernel. */
import type { Stream } from "./graph.ts";
import type { Sight } from "./physical.ts";

/**
 * Rows made by time carry where they stand, before or after all rows of their time. Rows of events are compared by
 * sequence where both come from one source; all other rows are in sight up to the query's time. Where a
 * source stands in a union more than once, the first place counts: never is a later row in sight.
 */
export function sightOf(queries: Stream, rows: Stream): Sight {
  const isMoment = queries.places.length === 0 && queries.keyOrder === undefined;
  if (isMoment) return "time";
  if (queries.keyOrder || rows.keyOrder) {
    const isOther = queries.madeBy !== undefined && queries.madeBy !== rows.madeBy;
    return isOther && rows.madeBy !== undefined ? "beside" : "position";
  }
  if (String(queries.places) === String(rows.places)) return "position";
  const places = queries.places.map((source) => rows.places.indexOf(source));
  return places.every((place) => place < 0) ? "time" : { places };
}
