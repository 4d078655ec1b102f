/**
 * The tables of live systems. Times are REAL: they may be infinite, as `live_numbers.ts` writes them.
 *
 * `checkpoints.previous` makes two commits on top of the same checkpoint collide.
 */
export const LIVE_TABLES: readonly string[] = [
  `CREATE TABLE pipelines (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  )`,
  `CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline_id INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    identity TEXT NOT NULL,
    shards INTEGER NOT NULL,
    created_us REAL NOT NULL,
    positions TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    written_bytes INTEGER NOT NULL,
    next_page INTEGER NOT NULL,
    savepoint TEXT,
    manifest BLOB NOT NULL,
    UNIQUE (pipeline_id, previous)
  )`,
  `CREATE UNIQUE INDEX checkpoints_savepoint ON checkpoints (pipeline_id, savepoint)
    WHERE savepoint IS NOT NULL`,
  `CREATE TABLE state_pages (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    data BLOB NOT NULL
  )`,
  `CREATE TABLE live_rows (
    id INTEGER PRIMARY KEY,
    series TEXT NOT NULL,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    start_us REAL NOT NULL,
    end_us REAL NOT NULL,
    bytes INTEGER NOT NULL,
    block BLOB NOT NULL
  )`,
  `CREATE UNIQUE INDEX live_rows_first ON live_rows (series, first)`,
  `CREATE INDEX live_rows_end ON live_rows (series, end_us)`,
  `CREATE TABLE row_errors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline TEXT NOT NULL,
    feature TEXT NOT NULL,
    time_us REAL,
    sequence REAL,
    message TEXT NOT NULL
  )`,
  `CREATE TABLE serving_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline TEXT NOT NULL,
    feature TEXT NOT NULL,
    served_us REAL NOT NULL,
    at_us REAL NOT NULL,
    positions TEXT NOT NULL,
    entity TEXT NOT NULL,
    answer TEXT NOT NULL
  )`,
  `CREATE INDEX serving_log_pipeline ON serving_log (pipeline, id)`,
];
