/** Rows, online rows and errors of pipelines, read and pruned. */
import type { InValue } from "@libsql/client";
import type { Connection } from "./connection.ts";
import { storedTime, timeOf } from "./live_numbers.ts";
import type { ErrorRow, OnlineRow, RowBlockRecord } from "./live_store.ts";
import { blobOf, countWithin, integerOf, textOf } from "./rows.ts";

const BLOCKS_AT_ONCE = 256;
const KEYS_AT_ONCE = 4096;
const PRUNED_AT_ONCE = 256;

export async function readRows(
  connection: Connection,
  series: string,
  afterRow: number,
): Promise<readonly RowBlockRecord[]> {
  const where = `series = ?1 AND first + count > ?2 + 1 AND first >= coalesce(
    (SELECT max(first) FROM live_rows WHERE series = ?1 AND first <= ?2 + 1), 0)`;
  const sizes = await connection.run({
    sql: `SELECT bytes FROM live_rows WHERE ${where} ORDER BY first LIMIT ${BLOCKS_AT_ONCE}`,
    args: [series, afterRow],
  });
  const count = countWithin(sizes.rows);
  if (count === 0) return [];
  const { rows } = await connection.run({
    sql: `SELECT * FROM live_rows WHERE ${where} ORDER BY first LIMIT ${count}`,
    args: [series, afterRow],
  });
  return rows.map((row) => ({
    series,
    first: integerOf(row.first),
    count: integerOf(row.count),
    startUs: timeOf(row.start_us),
    endUs: timeOf(row.end_us),
    block: blobOf(row.block),
  }));
}

export async function readOnline(
  connection: Connection,
  series: string,
  afterKey: Uint8Array<ArrayBuffer> | undefined,
): Promise<readonly OnlineRow[]> {
  const args: InValue[] = afterKey === undefined ? [series] : [series, afterKey];
  const { rows } = await connection.run({
    sql: `SELECT * FROM online_rows WHERE series = ? ${afterKey === undefined ? "" : "AND key > ?"}
      ORDER BY key LIMIT ${KEYS_AT_ONCE}`,
    args,
  });
  return rows.map((row) => ({
    series,
    key: blobOf(row.key),
    row: integerOf(row.row),
    timeUs: timeOf(row.time_us),
    block: blobOf(row.block),
  }));
}

export async function listErrors(
  connection: Connection,
  limit: number,
): Promise<readonly ErrorRow[]> {
  const { rows } = await connection.run({
    sql: "SELECT * FROM row_errors ORDER BY id DESC LIMIT ?",
    args: [limit],
  });
  return rows.map((row) => ({
    pipeline: textOf(row.pipeline),
    feature: textOf(row.feature),
    timeUs: timeOf(row.time_us),
    sequence: timeOf(row.sequence),
    message: textOf(row.message),
  }));
}

export async function pruneRows(
  connection: Connection,
  series: string,
  beforeUs: number,
): Promise<boolean> {
  const { rowsAffected } = await connection.run({
    sql: `DELETE FROM live_rows WHERE id IN (SELECT id FROM live_rows
      WHERE series = ? AND end_us < ? LIMIT ${PRUNED_AT_ONCE})`,
    args: [series, storedTime(beforeUs)],
  });
  return rowsAffected > 0;
}
