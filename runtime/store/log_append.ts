/** Drafts of an event log as the statements of one transaction. */
import type { InStatement, InValue } from "@libsql/client";
import type { LateRow, LogDraft } from "./event_log.ts";
import { storedTime } from "./live_numbers.ts";

/** Where a source ends on disk. */
export interface SourceEnd {
  readonly id: number;
  readonly last: number;
  /** NaN before the first row with a time. */
  readonly endUs: number;
}

interface Append {
  readonly statements: readonly InStatement[];
  readonly outcomes: readonly (number | undefined)[];
  readonly endsAfter: Map<string, SourceEnd>;
}

const LATE_ROWS_A_STATEMENT = 100;

export function appendStatements(
  drafts: readonly LogDraft[],
  ends: ReadonlyMap<string, SourceEnd>,
): Append & { readonly statements: InStatement[] } {
  const statements: InStatement[] = [];
  const endsAfter = new Map(ends);
  const outcomes = drafts.map((draft) => {
    const end = endsAfter.get(draft.source) ?? { id: endsAfter.size + 1, last: 0, endUs: NaN };
    if (draft.first !== end.last + 1) return end.last + 1;
    const after = { ...end, last: draft.last, endUs: largest(end.endUs, draft.endUs) };
    endsAfter.set(draft.source, after);
    statements.push(sourceStatement(draft, after), entryStatement(draft, after.id));
    statements.push(...sideStatements(draft, after.id));
    return undefined;
  });
  return { statements, outcomes, endsAfter };
}

/** A source that has no entries gets a row without positions. */
export function raiseStatement(
  source: string,
  watermarkUs: number,
  ends: ReadonlyMap<string, SourceEnd>,
): InStatement {
  const known = ends.get(source);
  if (known) {
    return {
      sql: "UPDATE log_sources SET watermark_us = max(watermark_us, ?) WHERE id = ?",
      args: [storedTime(watermarkUs), known.id],
    };
  }
  return {
    sql: "INSERT INTO log_sources VALUES (?, ?, 0, NULL, ?, ?, 0, 0, 0, 0)",
    args: [ends.size + 1, source, storedTime(-Infinity), storedTime(watermarkUs)],
  };
}

/** NaN counts for nothing. */
function largest(left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.isNaN(left) ? right : left;
  return Math.max(left, right);
}

function sourceStatement(draft: LogDraft, end: SourceEnd): InStatement {
  return {
    sql: `INSERT INTO log_sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET last = excluded.last, end_us = excluded.end_us,
        arrived_us = excluded.arrived_us, watermark_us = max(watermark_us, excluded.watermark_us),
        admitted = admitted + excluded.admitted, late = late + excluded.late,
        malformed = malformed + excluded.malformed, future = future + excluded.future`,
    args: [
      end.id,
      draft.source,
      end.last,
      storedTime(end.endUs),
      storedTime(draft.arrivedUs),
      storedTime(draft.watermarkUs),
      ...countsOf(draft),
    ],
  };
}

function entryStatement(draft: LogDraft, sourceId: number): InStatement {
  return {
    sql: `INSERT INTO log_entries (source_id, first, last, start_us, end_us, arrived_us,
        watermark_us, admitted, late, malformed, future, bytes, block)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    args: [
      sourceId,
      draft.first,
      draft.last,
      storedTime(draft.startUs),
      storedTime(draft.endUs),
      storedTime(draft.arrivedUs),
      storedTime(draft.watermarkUs),
      ...countsOf(draft),
      draft.block.byteLength,
      draft.block,
    ],
  };
}

function sideStatements(draft: LogDraft, sourceId: number): InStatement[] {
  const { entry, cursor, idempotencyKey, first, last, lateRows } = draft;
  const statements: InStatement[] = [];
  if (cursor !== undefined) {
    statements.push({
      sql: `INSERT INTO log_cursors VALUES (?, ?, ?)
        ON CONFLICT (source_id, entry) DO UPDATE SET cursor = excluded.cursor`,
      args: [sourceId, entry, cursor],
    });
  }
  if (idempotencyKey !== undefined) {
    statements.push({
      sql: "INSERT OR IGNORE INTO log_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      args: [sourceId, idempotencyKey, first, last, ...countsOf(draft)],
    });
  }
  for (let i = 0; i < lateRows.length; i += LATE_ROWS_A_STATEMENT) {
    statements.push(lateStatement(lateRows.slice(i, i + LATE_ROWS_A_STATEMENT), sourceId));
  }
  return statements;
}

function lateStatement(rows: readonly LateRow[], sourceId: number): InStatement {
  const args: InValue[] = rows.flatMap(({ position, timeUs, arrivedUs, reason, detail }) => [
    sourceId,
    position,
    storedTime(timeUs),
    storedTime(arrivedUs),
    reason,
    detail,
  ]);
  const places = rows.map(() => "(?, ?, ?, ?, ?, ?)").join(", ");
  return { sql: `INSERT INTO log_late VALUES ${places}`, args };
}

function countsOf({ admitted, late, malformed, future }: LogDraft): InValue[] {
  return [admitted, late, malformed, future];
}
