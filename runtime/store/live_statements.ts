/** Rows and errors that a checkpoint commits, and values that were served, as statements. */
import type { InStatement, InValue } from "@libsql/client";
import type { CheckpointDraft, ErrorRow, RowBlockRecord, ServedValue } from "./live_store.ts";
import { storedTime } from "./live_numbers.ts";

/** A statement is prepared anew each time: many rows share one. */
const ROWS_A_STATEMENT = 100;

/** The table of errors holds no more. */
const MOST_ERRORS = 10_000;

export function liveStatements({ rows, errors }: CheckpointDraft): InStatement[] {
  return [
    ...replacedRows(rows),
    ...rows.map(insertRows),
    ...inParts(errors).map(insertErrors),
    ...(errors.length === 0 ? [] : [
      `DELETE FROM row_errors WHERE id <= (SELECT max(id) FROM row_errors) - ${MOST_ERRORS}`,
    ]),
  ];
}

/** The table of served values holds no more. */
const MOST_SERVED = 1_000_000;

export function servedStatements(values: readonly ServedValue[]): InStatement[] {
  return [
    ...inParts(values).map(insertServed),
    `DELETE FROM serving_log WHERE id <= (SELECT max(id) FROM serving_log) - ${MOST_SERVED}`,
  ];
}

function insertServed(values: readonly ServedValue[]): InStatement {
  return {
    sql: `INSERT INTO serving_log (pipeline, feature, served_us, at_us, positions, entity, answer)
      VALUES ${values.map(() => "(?, ?, ?, ?, ?, ?, ?)").join(", ")}`,
    args: values.flatMap((value): InValue[] => [
      value.pipeline,
      value.feature,
      value.servedUs,
      storedTime(value.atUs),
      JSON.stringify(value.positions),
      value.entity,
      value.answer,
    ]),
  };
}

/** A pipeline that went back to an older checkpoint computes rows again: they replace those there are. */
function replacedRows(rows: readonly RowBlockRecord[]): InStatement[] {
  const first = new Map<string, number>();
  for (const block of rows) {
    if (!first.has(block.series)) first.set(block.series, block.first);
  }
  return [...first].map(([series, row]) => ({
    sql: "DELETE FROM live_rows WHERE series = ? AND first >= ?",
    args: [series, row],
  }));
}

function insertRows(rows: RowBlockRecord): InStatement {
  return {
    sql: `INSERT INTO live_rows (series, first, count, start_us, end_us, bytes, block)
      VALUES (?, ?, ?, ?, ?, ?, ?)`,
    args: [
      rows.series,
      rows.first,
      rows.count,
      storedTime(rows.startUs),
      storedTime(rows.endUs),
      rows.block.byteLength,
      rows.block,
    ],
  };
}

function insertErrors(errors: readonly ErrorRow[]): InStatement {
  return {
    sql: `INSERT INTO row_errors (pipeline, feature, time_us, sequence, message)
      VALUES ${errors.map(() => "(?, ?, ?, ?, ?)").join(", ")}`,
    args: errors.flatMap(({ pipeline, feature, timeUs, sequence, message }): InValue[] => [
      pipeline,
      feature,
      storedTime(timeUs),
      storedTime(sequence),
      message,
    ]),
  };
}

function inParts<Item>(items: readonly Item[]): (readonly Item[])[] {
  const parts = [];
  for (let i = 0; i < items.length; i += ROWS_A_STATEMENT) {
    parts.push(items.slice(i, i + ROWS_A_STATEMENT));
  }
  return parts;
}
