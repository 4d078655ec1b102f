/** Which of a source's delivered rows count, and where each stands. */
import type { Source } from "../../dsl/typed_ast.ts";
import { evaluate, type Scope } from "./expression.ts";
import { comparePositions, type Position } from "./position.ts";
import { type Cells, emitted, keyText, type Value } from "./value.ts";

/** The rows one `data_sources` entry delivers, in order: every column that is not computed. */
export type Delivery = readonly Cells[];

export interface AdmittedRow {
  readonly position: Position;
  readonly cells: Cells;
}

export interface Admission {
  /** In order of position. */
  readonly rows: readonly AdmittedRow[];
  readonly late: number;
  readonly malformed: number;
  readonly duplicates: number;
  /** The largest time seen, in rows that count or not; −∞ without any. */
  readonly lastTimeUs: number;
}

export type Holes = (index: number) => (...values: unknown[]) => unknown;

/** Reads every entry to its end: computes, refuses malformed and late rows, sorts, then drops duplicates. */
export function admit(source: Source, entries: readonly Delivery[], holes: Holes): Admission {
  const onTime: AdmittedRow[] = [];
  let late = 0, malformed = 0, delivered = 0, lastTimeUs = -Infinity;
  for (const entry of entries) {
    let largestUs = -Infinity;
    for (const raw of entry) {
      const cells = computeColumns(source, raw, holes);
      const timeUs = cells[source.time];
      const place = delivered++;
      const isLate = typeof timeUs === "number" && timeUs < largestUs - source.latenessUs;
      if (typeof timeUs === "number") largestUs = Math.max(largestUs, timeUs);
      if (typeof timeUs !== "number" || source.keys.some((key) => cells[key] === null)) malformed++;
      else if (isLate) late++;
      else onTime.push({ cells, position: positionOf(source, cells, { timeUs, place }) });
    }
    lastTimeUs = Math.max(lastTimeUs, largestUs);
  }
  onTime.sort((a, b) => comparePositions(a.position, b.position));
  const rows = withoutDuplicates(source, onTime);
  return { rows, late, malformed, duplicates: onTime.length - rows.length, lastTimeUs };
}

function computeColumns(source: Source, raw: Cells, holes: Holes): Cells {
  const cells: Record<string, Value> = {};
  for (const { name, computed } of source.columns) {
    if (computed === undefined) cells[name] = emitted(raw[name] ?? null);
  }
  for (const { name, computed } of source.columns) {
    if (computed !== undefined) cells[name] = emitted(evaluate(computed, cellScope(cells, holes)));
  }
  return cells;
}

function cellScope(cells: Cells, holes: Holes): Scope {
  const refuse = () => {
    throw new RangeError("Cannot compute a source column: it looks at other rows");
  };
  return {
    column: (_from, name) => cells[name] ?? null,
    lag: refuse,
    aggregate: refuse,
    folded: refuse,
    hole: holes,
  };
}

function positionOf(
  source: Source,
  cells: Cells,
  at: { readonly timeUs: number; readonly place: number },
): Position {
  const marked = source.sequence === undefined ? at.place : cells[source.sequence];
  return {
    driver: source,
    timeUs: at.timeUs,
    sequence: typeof marked === "number" || typeof marked === "bigint" ? Number(marked) : at.place,
    tie: [at.place],
  };
}

/** A row is a duplicate of an earlier kept row with equal `unique by` columns at most `within` before it. */
function withoutDuplicates(source: Source, rows: readonly AdmittedRow[]): readonly AdmittedRow[] {
  const { unique } = source;
  if (unique === undefined) return rows;
  const keptUs = new Map<string, number>();
  return rows.filter(({ cells, position }) => {
    const identity = keyText(unique.columns.map((column) => cells[column] ?? null));
    const earlierUs = keptUs.get(identity);
    if (earlierUs !== undefined && position.timeUs - earlierUs <= unique.withinUs) return false;
    keptUs.set(identity, position.timeUs);
    return true;
  });
}
