/** Where a row stands among all rows, and what can be seen from there. */
import type { Source } from "../../dsl/typed_ast.ts";
import { compareKeys, keyText, type Value } from "./value.ts";

export interface Position {
  /** The source whose rows drive this one. */
  readonly driver: Source;
  readonly timeUs: number;
  /** Place among the driver's rows of this time; −∞ for a closed window's row, ∞ for one made at the end of its time. */
  readonly sequence: number;
  /** Orders rows of one time and sequence: the key of a row made by time, else the place of delivery. */
  readonly tie: readonly Value[];
  /** Which feature made it, of a row that time made. */
  readonly madeBy?: string;
  /** Rows of a union: the sources that drive its members in order, and which of them this row is of. */
  readonly union?: { readonly sources: readonly string[]; readonly place: number };
}

/** Equal for two descriptions of one source with one selection of entries. */
export function sourceIdOf({ plugin, name, selection }: Source): string {
  return `${plugin}.${name}{${selection}}`;
}

/** A query stands after all rows of its time; a row stands at itself. */
export type Stand =
  | { readonly kind: "query"; readonly timeUs: number }
  | { readonly kind: "row"; readonly position: Position };

export function timeOf(stand: Stand): number {
  return stand.kind === "query" ? stand.timeUs : stand.position.timeUs;
}

/** The order of rows of one stream. */
export function comparePositions(left: Position, right: Position): number {
  if (left.timeUs !== right.timeUs) return left.timeUs - right.timeUs;
  const places = (left.union?.place ?? 0) - (right.union?.place ?? 0);
  if (places !== 0) return places;
  if (left.sequence !== right.sequence) return left.sequence < right.sequence ? -1 : 1;
  return compareKeys(left.tie, right.tie);
}

/** Whether a row stands exactly there: it is the row itself, or one that the same row drove. */
export function isSamePosition(row: Position, here: Position): boolean {
  return sourceIdOf(row.driver) === sourceIdOf(here.driver) && row.timeUs === here.timeUs &&
    row.madeBy === here.madeBy && row.sequence === here.sequence &&
    keyText(row.tie) === keyText(here.tie) &&
    (row.union?.place ?? 0) === placeIn(row, here);
}

export function isInSight(row: Position, stand: Stand): boolean {
  if (stand.kind === "query") return row.timeUs <= stand.timeUs;
  const here = stand.position;
  if (row.timeUs !== here.timeUs) return row.timeUs < here.timeUs;
  const phases = phaseOf(row) - phaseOf(here);
  if (phases !== 0) return phases < 0;
  // Rows made by time at one instant are simultaneous: whoever reads one of them may read all, but of its own key.
  if (phaseOf(row) !== 0) return true;
  return isEventInSight(row, here);
}

/** Whether a row of the same feature that time made stands later in the same instant. */
export function isLaterInInstant(row: Position, here: Position): boolean {
  return row.madeBy !== undefined && row.madeBy === here.madeBy && row.timeUs === here.timeUs &&
    comparePositions(row, here) > 0;
}

/** Of a union one sees a piece from its start, up to where one stands in it. */
function isEventInSight(row: Position, here: Position): boolean {
  const place = placeIn(row, here);
  if (place < 0) return true;
  const own = row.union?.place ?? 0;
  if (own !== place) return own < place;
  return comparePositions({ ...row, union: NOWHERE }, { ...here, union: NOWHERE }) <= 0;
}

/** The place that a position has among the sources of a row's stream: its own, else the first; −1 for none. */
function placeIn(row: Position, here: Position): number {
  const rows = sourcesOf(row);
  if (keyText(rows) === keyText(sourcesOf(here))) return here.union?.place ?? 0;
  return rows.indexOf(sourceIdOf(here.driver));
}

const NOWHERE = { sources: [], place: 0 };

function sourcesOf({ union, driver }: Position): readonly string[] {
  return union?.sources ?? [sourceIdOf(driver)];
}

/** Before, among or after the event rows of its time. */
function phaseOf({ sequence }: Position): -1 | 0 | 1 {
  return sequence === -Infinity ? -1 : sequence === Infinity ? 1 : 0;
}
