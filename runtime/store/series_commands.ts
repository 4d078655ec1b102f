/**
 * Series in SQL.
 *
 * S1 A series is `staged` while it is written and `complete` after; readers see only complete ones.
 * S2 Of one reuse key at most one series is complete.
 * S3 A staged series that was not touched for `STAGED_LEASE_US` belongs to a process that is gone; opening
 *    a store sweeps it.
 */
import type { InStatement, InValue } from "@libsql/client";
import { FeaturizerError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import type { SeriesDraft, SeriesFilter, SeriesRecord } from "./records.ts";
import { integerOf, seriesOf } from "./rows.ts";

export const STAGED_LEASE_US = 600_000_000;

const SERIES_QUERY = `SELECT series.*, count(blocks.number) AS blocks,
    coalesce(sum(blocks.rows), 0) AS rows, coalesce(sum(blocks.bytes), 0) AS bytes,
    min(blocks.start_us) AS start_us, max(blocks.end_us) AS end_us
  FROM series LEFT JOIN blocks ON blocks.series_id = series.id`;

export async function findSeries(
  connection: Connection,
  reuseKey: string,
): Promise<SeriesRecord | undefined> {
  const { rows: [row] } = await connection.run({
    sql: `${SERIES_QUERY} WHERE state = 'complete' AND reuse_key = ? GROUP BY series.id`,
    args: [reuseKey],
  });
  return row && seriesOf(row);
}

export async function listSeries(
  connection: Connection,
  filter: SeriesFilter,
): Promise<readonly SeriesRecord[]> {
  const conditions = ["state = 'complete'"];
  const args: InValue[] = [];
  for (const column of ["kind", "name", "plugin"] as const) {
    const wanted = filter[column];
    if (wanted === undefined) continue;
    conditions.push(`series.${column} = ?`);
    args.push(wanted);
  }
  const { rows } = await connection.run({
    sql: `${SERIES_QUERY} WHERE ${
      conditions.join(" AND ")
    } GROUP BY series.id ORDER BY series.id DESC`,
    args,
  });
  return rows.map(seriesOf);
}

export async function stageSeries(
  connection: Connection,
  series: SeriesDraft,
  nowUs: number,
): Promise<number> {
  const { rows: [row] } = await connection.run({
    sql:
      `INSERT INTO series (state, reuse_key, kind, name, plugin, plugin_version, schema, attributes,
        lineage, doc, tags, created_us, touched_us)
      VALUES ('staged', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    args: [
      series.reuseKey,
      series.kind,
      series.name,
      series.plugin ?? null,
      series.pluginVersion ?? null,
      JSON.stringify(series.schema),
      JSON.stringify(series.attributes),
      JSON.stringify(series.lineage),
      series.doc ?? null,
      JSON.stringify(series.tags),
      nowUs,
      nowUs,
    ],
  });
  return integerOf(row?.id);
}

export async function completeSeries(
  connection: Connection,
  seriesId: number,
  nowUs: number,
): Promise<SeriesRecord> {
  const replaced = `SELECT old.id FROM series AS old JOIN series AS new USING (reuse_key)
    WHERE old.state = 'complete' AND new.state = 'staged' AND new.id = ?`;
  const results = await connection.transactDurably([
    ...deletions(replaced, [seriesId]),
    {
      sql: `UPDATE series SET state = 'complete', touched_us = ?, completed_us = ?
        WHERE id = ? AND state = 'staged' RETURNING id`,
      args: [nowUs, nowUs, seriesId],
    },
    { sql: `${SERIES_QUERY} WHERE series.id = ? GROUP BY series.id`, args: [seriesId] },
  ]);
  const row = results.at(-1)?.rows[0];
  if (results.at(-2)?.rows.length !== 1 || !row) throw lostSeries(connection);
  return seriesOf(row);
}

export async function deleteSeries(connection: Connection, seriesId: number): Promise<boolean> {
  const results = await connection.transact(deletions("SELECT ?", [seriesId]));
  return results.at(-1)?.rowsAffected === 1;
}

/** See S3; answers how many were swept. */
export async function sweepStaged(connection: Connection, nowUs: number): Promise<number> {
  const dead = "SELECT id FROM series WHERE state = 'staged' AND touched_us < ?";
  const { rows } = await connection.run({ sql: dead, args: [nowUs - STAGED_LEASE_US] });
  if (rows.length > 0) await connection.transact(deletions(dead, [nowUs - STAGED_LEASE_US]));
  return rows.length;
}

/** What a writer is told whose series another process took for abandoned. */
export function lostSeries(connection: Connection): FeaturizerError {
  return new FeaturizerError(
    `Cannot write to store "${connection.name}": the series was removed while it was written`,
    {
      code: "STORE_SERIES_LOST",
      domain: "external",
      retry: "backoff",
      hint: "The writer was silent for too long; run again.",
    },
  );
}

/** The series go last: the subquery may read them. */
function deletions(ids: string, args: InValue[]): InStatement[] {
  return [
    { sql: `DELETE FROM block_data WHERE series_id IN (${ids})`, args },
    { sql: `DELETE FROM blocks WHERE series_id IN (${ids})`, args },
    { sql: `DELETE FROM series WHERE id IN (${ids})`, args },
  ];
}
