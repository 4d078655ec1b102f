/** The tables of an event log. Times are REAL: they may be infinite, as `live_numbers.ts` writes them. */
export const LOG_TABLES: readonly string[] = [
  `CREATE TABLE log_sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    last INTEGER NOT NULL,
    end_us REAL,
    arrived_us REAL NOT NULL,
    watermark_us REAL NOT NULL,
    admitted INTEGER NOT NULL,
    late INTEGER NOT NULL,
    malformed INTEGER NOT NULL,
    future INTEGER NOT NULL
  )`,
  `CREATE TABLE log_entries (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    start_us REAL,
    end_us REAL,
    arrived_us REAL NOT NULL,
    watermark_us REAL NOT NULL,
    admitted INTEGER NOT NULL,
    late INTEGER NOT NULL,
    malformed INTEGER NOT NULL,
    future INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    block BLOB NOT NULL
  )`,
  `CREATE UNIQUE INDEX log_entries_first ON log_entries (source_id, first)`,
  `CREATE TABLE log_cursors (
    source_id INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    cursor TEXT NOT NULL,
    PRIMARY KEY (source_id, entry)
  ) WITHOUT ROWID`,
  `CREATE TABLE log_keys (
    source_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    admitted INTEGER NOT NULL,
    late INTEGER NOT NULL,
    malformed INTEGER NOT NULL,
    future INTEGER NOT NULL,
    PRIMARY KEY (source_id, key)
  ) WITHOUT ROWID`,
  `CREATE INDEX log_keys_last ON log_keys (source_id, last)`,
  `CREATE TABLE log_late (
    source_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    time_us REAL,
    arrived_us REAL NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (source_id, position)
  ) WITHOUT ROWID`,
  `CREATE INDEX log_late_arrived ON log_late (arrived_us)`,
];
