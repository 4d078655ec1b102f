/** What an event log holds, read from it. The cast is of reasons that this area wrote itself. */
import type { InValue, Row } from "@libsql/client";
import type { Connection } from "./connection.ts";
import type {
  DecisionCounts,
  KeyedRows,
  LateReason,
  LateRow,
  LogEnd,
  LogEntry,
  LogRetention,
} from "./event_log.ts";
import { storedTime, timeOf } from "./live_numbers.ts";
import type { SourceEnd } from "./log_append.ts";
import { blobOf, countWithin, integerOf, textOf } from "./rows.ts";

const READ_ENTRIES = 256;

export async function loadEnds(connection: Connection): Promise<Map<string, SourceEnd>> {
  const { rows } = await connection.run("SELECT id, name, last, end_us FROM log_sources");
  return new Map(rows.map((row) => [
    textOf(row.name),
    { id: integerOf(row.id), last: integerOf(row.last), endUs: timeOf(row.end_us) },
  ]));
}

export async function readEntries(
  connection: Connection,
  source: string,
  afterPosition: number,
): Promise<readonly LogEntry[]> {
  const where = `source_id = (SELECT id FROM log_sources WHERE name = ?1) AND last > ?2
    AND first >= coalesce((SELECT max(first) FROM log_entries
      WHERE source_id = (SELECT id FROM log_sources WHERE name = ?1) AND first <= ?2 + 1), 0)`;
  const sizes = await connection.run({
    sql: `SELECT bytes FROM log_entries WHERE ${where} ORDER BY first LIMIT ${READ_ENTRIES}`,
    args: [source, afterPosition],
  });
  const count = countWithin(sizes.rows);
  if (count === 0) return [];
  const { rows } = await connection.run({
    sql: `SELECT * FROM log_entries WHERE ${where} ORDER BY first LIMIT ${count}`,
    args: [source, afterPosition],
  });
  return rows.map((row) => entryOf(row, source));
}

function entryOf(row: Row, source: string): LogEntry {
  return {
    source,
    first: integerOf(row.first),
    last: integerOf(row.last),
    startUs: timeOf(row.start_us),
    endUs: timeOf(row.end_us),
    arrivedUs: timeOf(row.arrived_us),
    watermarkUs: timeOf(row.watermark_us),
    ...countsOf(row),
    block: blobOf(row.block),
  };
}

export async function listEnds(connection: Connection): Promise<readonly LogEnd[]> {
  const { rows } = await connection.run(
    `SELECT log_sources.*, entry, cursor FROM log_sources
      LEFT JOIN log_cursors ON source_id = log_sources.id ORDER BY name`,
  );
  const ends = new Map<string, LogEnd & { readonly cursors: Map<number, string> }>();
  for (const row of rows) {
    const end = ends.get(textOf(row.name)) ?? { ...endOf(row), cursors: new Map() };
    if (row.entry !== null) end.cursors.set(integerOf(row.entry), textOf(row.cursor));
    ends.set(end.source, end);
  }
  return [...ends.values()];
}

function endOf(row: Row): Omit<LogEnd, "cursors"> {
  return {
    source: textOf(row.name),
    last: integerOf(row.last),
    endUs: timeOf(row.end_us),
    arrivedUs: timeOf(row.arrived_us),
    watermarkUs: timeOf(row.watermark_us),
    ...countsOf(row),
  };
}

export async function listStarts(connection: Connection): Promise<ReadonlyMap<string, number>> {
  const { rows } = await connection.run(
    `SELECT name, coalesce((SELECT min(first) FROM log_entries WHERE source_id = log_sources.id),
      last + 1) AS first FROM log_sources`,
  );
  return new Map(rows.map(({ name, first }) => [textOf(name), integerOf(first)]));
}

/** Entries are looked at from the oldest on, in an index that holds none of their rows. */
export async function findExcess(
  connection: Connection,
  source: string,
  { arrivedUs, bytes }: LogRetention,
): Promise<number> {
  const own = "source_id = (SELECT id FROM log_sources WHERE name = ?1)";
  const { rows: [young] } = await connection.run({
    sql: `SELECT first FROM log_entries INDEXED BY log_entries_kept
      WHERE ${own} AND arrived_us >= ?2 ORDER BY first LIMIT 1`,
    args: [source, storedTime(arrivedUs)],
  });
  const { rows: [small] } = bytes === Infinity ? { rows: [] } : await connection.run({
    sql: `SELECT coalesce(min(first), (SELECT max(first) FROM log_entries WHERE ${own})) AS first
      FROM (SELECT first, sum(bytes) OVER (ORDER BY first DESC) AS kept
        FROM log_entries INDEXED BY log_entries_kept WHERE ${own}) WHERE kept <= ?2`,
    args: [source, bytes],
  });
  const { rows: [end] } = await connection.run({
    sql: "SELECT last + 1 AS next FROM log_sources WHERE name = ?",
    args: [source],
  });
  const next = integerOf(end?.next ?? 1);
  return Math.max(integerOf(young?.first ?? next), integerOf(small?.first ?? 1));
}

export async function findKey(
  connection: Connection,
  source: string,
  idempotencyKey: string,
): Promise<KeyedRows | undefined> {
  const { rows: [row] } = await connection.run({
    sql: `SELECT log_keys.* FROM log_keys JOIN log_sources ON log_sources.id = source_id
      WHERE name = ? AND key = ?`,
    args: [source, idempotencyKey],
  });
  return row && { first: integerOf(row.first), last: integerOf(row.last), ...countsOf(row) };
}

export async function listLate(
  connection: Connection,
  source: string | undefined,
  limit: number,
): Promise<readonly LateRow[]> {
  const args: InValue[] = source === undefined ? [limit] : [source, limit];
  const { rows } = await connection.run({
    sql: `SELECT log_late.*, name FROM log_late JOIN log_sources ON log_sources.id = source_id
      ${source === undefined ? "" : "WHERE name = ?"}
      ORDER BY log_late.arrived_us DESC, position DESC LIMIT ?`,
    args,
  });
  return rows.map((row) => ({
    source: textOf(row.name),
    position: integerOf(row.position),
    timeUs: timeOf(row.time_us),
    arrivedUs: timeOf(row.arrived_us),
    reason: textOf(row.reason) as LateReason,
    detail: textOf(row.detail),
  }));
}

function countsOf(row: Row): DecisionCounts {
  return {
    admitted: integerOf(row.admitted),
    late: integerOf(row.late),
    malformed: integerOf(row.malformed),
    future: integerOf(row.future),
  };
}
