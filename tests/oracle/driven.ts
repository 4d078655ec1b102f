/** The input rows of a feature that count, by key. */
import type { Feature, Join, Upstream } from "../../dsl/typed_ast.ts";
import type { Position } from "./position.ts";
import { type Cells, keyText, type Value } from "./value.ts";

export interface Row {
  readonly position: Position;
  readonly cells: Cells;
}

/** An input row that passed `where`, with its matches and those of its key before it that are not forgotten. */
export interface Driven extends Row {
  readonly matches: readonly (Cells | undefined)[];
  readonly before: readonly Driven[];
  /** How often its key was forgotten before it. */
  readonly life: number;
}

interface DrivenOptions {
  match(join: Join, left: Cells, position: Position): Cells | undefined;
  passes(row: Driven): boolean;
}

export function drivenRows(
  feature: Feature,
  rows: readonly Row[],
  { match, passes }: DrivenOptions,
): ReadonlyMap<string, readonly Driven[]> {
  const byKey = new Map<string, Driven[]>();
  for (const { position, cells } of rows) {
    const key = feature.keys.map(({ name }) => cells[name] ?? null);
    if (key.includes(null)) continue;
    const earlier = byKey.get(keyText(key)) ?? [];
    const last = earlier.at(-1);
    const isForgotten = last !== undefined && isExpired(feature, last, position.timeUs);
    const life = (last?.life ?? 0) + (isForgotten ? 1 : 0);
    const before = earlier.filter((row) => row.life === life);
    const matches = feature.joins.map((join) => match(join, cells, position));
    const row: Driven = { position, cells, matches, before, life };
    if (passes(row)) byKey.set(keyText(key), [...earlier, row]);
  }
  return byKey;
}

/** Whether all that a key has seen is forgotten at a time, its last row being this. */
export function isExpired({ ttlUs = Infinity }: Feature, last: Row, timeUs: number): boolean {
  return last.position.timeUs < timeUs - ttlUs;
}

/** Those of a key's rows in sight that are not forgotten at the time. */
export function remembered(
  feature: Feature,
  inSight: readonly Driven[],
  timeUs: number,
): readonly Driven[] {
  const last = inSight.at(-1);
  if (last === undefined || isExpired(feature, last, timeUs)) return [];
  return inSight.filter(({ life }) => life === last.life);
}

/** The rows that features on a stream take as input: a table's deletes are none. */
export function inputRows(upstream: Upstream, rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => !isDeleted(upstream, row));
}

export function isDeleted(upstream: Upstream, { cells }: Row): boolean {
  const deleted = upstream.kind === "source" ? upstream.source.table?.deleted : undefined;
  return deleted !== undefined && cells[deleted] === true;
}

export function keyCells(feature: Feature, key: readonly Value[]): Cells {
  return Object.fromEntries(feature.keys.map(({ name }, i) => [name, key[i] ?? null]));
}
