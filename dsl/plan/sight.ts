/** How far queries see into the rows of a kernel. */
import type { Stream } from "./graph.ts";
import type { Sight } from "./physical.ts";

/** The rows of a kernel. */
interface SeenRows {
  readonly rows: Stream;
  /** Places of the kernel's keys. */
  readonly keys: readonly number[];
  /** True if a value depends on which row a query stands at. */
  readonly excludesCurrent: boolean;
}

/**
 * Rows made by time carry where they stand, before or after all rows of their time; those of one feature and one
 * instant see each other, but of one key only those up to themselves. Rows of events are compared by
 * sequence where both come from one source; all other rows are in sight up to the query's time. Where a
 * source stands in a union more than once, the first place counts: never is a later row in sight.
 */
export function sightOf(queries: Stream, { rows, keys, excludesCurrent }: SeenRows): Sight {
  const isMoment = queries.places.length === 0 && queries.keyOrder === undefined;
  if (isMoment) return "time";
  if (queries.keyOrder || rows.keyOrder) {
    if (queries.madeBy === undefined || rows.madeBy === undefined) return "position";
    if (queries.madeBy !== rows.madeBy) return "beside";
    const [own, other] = [queries.keyOrder ?? [], rows.keyOrder ?? []];
    const isOneRow = other.every((place) => keys.includes(place));
    return isOneRow && !excludesCurrent ? "position" : { order: { queries: own, rows: other } };
  }
  if (String(queries.places) === String(rows.places)) return "position";
  const places = queries.places.map((source) => rows.places.indexOf(source));
  return places.every((place) => place < 0) ? "time" : { places };
}
