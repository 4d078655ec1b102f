/** Rows, errors and served values of pipelines, read and pruned. */
import type { Connection } from "./connection.ts";
import { storedTime, timeOf } from "./live_numbers.ts";
import type { NumberedServed } from "./checkpoint_commands.ts";
import type { ErrorRow, RowBlockRecord } from "./live_store.ts";
import { blobOf, countWithin, integerOf, textOf } from "./rows.ts";

const BLOCKS_AT_ONCE = 256;
const SERVED_AT_ONCE = 4096;
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

/** The next values after an id. */
export async function readServed(
  connection: Connection,
  pipeline: string,
  afterId: number,
): Promise<readonly NumberedServed[]> {
  const { rows } = await connection.run({
    sql: `SELECT * FROM serving_log WHERE pipeline = ? AND id > ?
      ORDER BY id LIMIT ${SERVED_AT_ONCE}`,
    args: [pipeline, afterId],
  });
  return rows.map((row) => ({
    id: integerOf(row.id),
    pipeline,
    feature: textOf(row.feature),
    servedUs: timeOf(row.served_us),
    atUs: timeOf(row.at_us),
    positions: JSON.parse(textOf(row.positions)),
    entity: textOf(row.entity),
    answer: textOf(row.answer),
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

/** The first of each, from one to the next in the index. */
export async function listSeries(connection: Connection): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `WITH RECURSIVE names (series) AS (
      SELECT min(series) FROM live_rows
      UNION ALL
      SELECT (SELECT min(live_rows.series) FROM live_rows WHERE live_rows.series > names.series)
      FROM names WHERE names.series IS NOT NULL
    ) SELECT series FROM names WHERE series IS NOT NULL`,
  );
  return rows.map(({ series }) => textOf(series));
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
