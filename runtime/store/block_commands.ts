/** Blocks in SQL: what describes them apart from their data, so that lists and ranges stay cheap. */
import type { InValue } from "@libsql/client";
import type { StagedBlock } from "./commands.ts";
import type { Connection } from "./connection.ts";
import type { Block, BlockInfo, TimeRange } from "./records.ts";
import { blockInfoOf, blockOf } from "./rows.ts";
import { lostSeries } from "./series_commands.ts";

/** Appends to a staged series and renews its lease. */
export async function appendBlock(
  connection: Connection,
  block: StagedBlock,
  nowUs: number,
): Promise<void> {
  const { seriesId, number, data } = block;
  const [touched] = await connection.transact([
    {
      sql: "UPDATE series SET touched_us = ? WHERE id = ? AND state = 'staged' RETURNING id",
      args: [nowUs, seriesId],
    },
    {
      sql: `INSERT INTO blocks SELECT id, ?, ?, ?, ?, ?, ? FROM series
        WHERE id = ? AND state = 'staged'`,
      args: [
        number,
        block.startUs,
        block.endUs,
        block.rows,
        data.byteLength,
        JSON.stringify(block.statistics),
        seriesId,
      ],
    },
    {
      sql: `INSERT INTO block_data SELECT id, ?, ? FROM series WHERE id = ? AND state = 'staged'`,
      args: [number, data, seriesId],
    },
  ]);
  if (touched?.rows.length !== 1) throw lostSeries(connection);
}

export async function listBlocks(
  connection: Connection,
  seriesId: number,
  range: TimeRange,
): Promise<readonly BlockInfo[]> {
  const conditions = ["series_id = ?"];
  const args: InValue[] = [seriesId];
  if (range.fromUs !== undefined) {
    conditions.push("end_us >= ?");
    args.push(range.fromUs);
  }
  if (range.toUs !== undefined) {
    conditions.push("start_us < ?");
    args.push(range.toUs);
  }
  const { rows } = await connection.run({
    sql: `SELECT * FROM blocks WHERE ${conditions.join(" AND ")} ORDER BY number`,
    args,
  });
  return rows.map(blockInfoOf);
}

export async function readBlock(
  connection: Connection,
  seriesId: number,
  number: number,
): Promise<Block | undefined> {
  const { rows: [row] } = await connection.run({
    sql: `SELECT blocks.*, block_data.data FROM blocks JOIN block_data USING (series_id, number)
      WHERE series_id = ? AND number = ?`,
    args: [seriesId, number],
  });
  return row && blockOf(row);
}
