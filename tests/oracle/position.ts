/** Where a row stands among all rows, and what can be seen from there. */
import type { Source } from "../../dsl/typed_ast.ts";
import { compareKeys, type Value } from "./value.ts";

export interface Position {
  /** The source whose rows drive this one. */
  readonly driver: Source;
  readonly timeUs: number;
  /** Place among the driver's rows of this time; −∞ for a closed window's row. */
  readonly sequence: number;
  /** Orders rows of one time and sequence: the key of a closed window's row, else the place of delivery. */
  readonly tie: readonly Value[];
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

/** The order of rows of one driver. */
export function comparePositions(left: Position, right: Position): number {
  if (left.timeUs !== right.timeUs) return left.timeUs - right.timeUs;
  if (left.sequence !== right.sequence) return left.sequence < right.sequence ? -1 : 1;
  return compareKeys(left.tie, right.tie);
}

export function isInSight(row: Position, stand: Stand): boolean {
  if (stand.kind === "query") return row.timeUs <= stand.timeUs;
  const here = stand.position;
  // Windows that close at one instant are simultaneous: whoever reads one of them may read all.
  if (row.timeUs === here.timeUs && isClosed(row) && isClosed(here)) return true;
  if (sourceIdOf(row.driver) === sourceIdOf(here.driver)) return comparePositions(row, here) <= 0;
  if (row.timeUs !== here.timeUs) return row.timeUs < here.timeUs;
  return !isClosed(here) || isClosed(row);
}

/** The row of a closed window stands before all event rows of its time. */
function isClosed(position: Position): boolean {
  return position.sequence === -Infinity;
}
