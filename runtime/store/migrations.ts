/** The tables of a store, as numbered steps; a step that was released never changes. */
import { FeaturizerError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { LIVE_TABLES } from "./live_tables.ts";
import { LOG_TABLES } from "./log_tables.ts";
import { integerOf } from "./rows.ts";

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: "series, blocks, runs, plugins",
    statements: [
      `CREATE TABLE series (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        state TEXT NOT NULL CHECK (state IN ('staged', 'complete')),
        reuse_key TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        plugin TEXT,
        plugin_version TEXT,
        schema TEXT NOT NULL,
        attributes TEXT NOT NULL,
        lineage TEXT NOT NULL,
        doc TEXT,
        tags TEXT NOT NULL,
        created_us INTEGER NOT NULL,
        touched_us INTEGER NOT NULL,
        completed_us INTEGER
      )`,
      `CREATE UNIQUE INDEX series_reuse_key ON series (reuse_key) WHERE state = 'complete'`,
      `CREATE INDEX series_name ON series (name, kind)`,
      `CREATE TABLE blocks (
        series_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        start_us INTEGER NOT NULL,
        end_us INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        statistics TEXT NOT NULL,
        PRIMARY KEY (series_id, number)
      ) WITHOUT ROWID`,
      `CREATE TABLE block_data (
        series_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (series_id, number)
      )`,
      `CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        config TEXT NOT NULL,
        config_hash TEXT NOT NULL,
        started_us INTEGER NOT NULL,
        finished_us INTEGER,
        status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
        report TEXT
      )`,
      `CREATE TABLE plugins (
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        file TEXT NOT NULL,
        recorded_us INTEGER NOT NULL,
        PRIMARY KEY (name, version)
      ) WITHOUT ROWID`,
    ],
  },
  { version: 2, name: "checkpoints and what is committed with them", statements: LIVE_TABLES },
  {
    version: 3,
    name: "who serves from a server's store",
    statements: [
      `CREATE TABLE serving_lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        holder TEXT NOT NULL,
        beat INTEGER NOT NULL
      )`,
    ],
  },
];

/** The steps of an event log, which has a file of its own and on a server shares the store's database. */
export const LOG_MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "entries, cursors, keys, late rows", statements: LOG_TABLES },
  {
    version: 2,
    name: "how old and how large entries are, without their rows",
    statements: [
      "CREATE INDEX log_entries_kept ON log_entries (source_id, first, arrived_us, bytes)",
    ],
  },
];

/** The table that notes the steps which were applied. */
export const STORE_LEDGER = "featurizer_migrations";
export const LOG_LEDGER = "featurizer_log_migrations";

/** Brings a store to the newest step; refuses one of a newer Featurizer and databases of others. */
export async function migrate(
  connection: Connection,
  nowUs: number,
  migrations: readonly Migration[] = MIGRATIONS,
  ledger: string = STORE_LEDGER,
): Promise<void> {
  const tables = await listTables(connection);
  const known = connection.isFile ? [ledger] : [STORE_LEDGER, LOG_LEDGER];
  if (tables.length > 0 && !known.some((name) => tables.includes(name))) {
    throw foreignDatabase(connection);
  }
  const version = tables.includes(ledger) ? await readVersion(connection, ledger) : 0;
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) throw newerSchema(connection, { version, newest });
  await connection.configure({ isNew: tables.length === 0 });
  for (const migration of migrations) {
    if (migration.version > version) await apply(connection, { migration, nowUs, ledger });
  }
}

interface Step {
  readonly migration: Migration;
  readonly nowUs: number;
  readonly ledger: string;
}

/** Another process may apply the same step at the same moment: the loser finds it done. */
async function apply(
  connection: Connection,
  { migration: { version, name, statements }, nowUs, ledger }: Step,
): Promise<void> {
  try {
    await connection.transact([
      `CREATE TABLE IF NOT EXISTS ${ledger} (
        version INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        applied_us INTEGER NOT NULL
      )`,
      { sql: `INSERT INTO ${ledger} VALUES (?, ?, ?)`, args: [version, name, nowUs] },
      ...statements,
    ]);
  } catch (error) {
    const tables = await listTables(connection);
    if (!tables.includes(ledger) || await readVersion(connection, ledger) < version) throw error;
  }
}

async function listTables(connection: Connection): Promise<readonly string[]> {
  const { rows } = await connection.run(
    `SELECT name FROM sqlite_master WHERE type = 'table'
      AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'libsql!_%' ESCAPE '!'`,
  );
  return rows.map(({ name }) => String(name));
}

async function readVersion(connection: Connection, ledger: string): Promise<number> {
  const { rows } = await connection.run(`SELECT max(version) AS version FROM ${ledger}`);
  return integerOf(rows[0]?.version ?? 0);
}

function foreignDatabase(connection: Connection): FeaturizerError {
  return new FeaturizerError(
    `Cannot open store "${connection.name}": it is a database of another program`,
    { code: "STORE_FOREIGN", hint: "Give a path or URL of its own for the store." },
  );
}

function newerSchema(
  connection: Connection,
  { version, newest }: { readonly version: number; readonly newest: number },
): FeaturizerError {
  return new FeaturizerError(
    `Cannot open store "${connection.name}": its schema is ${version}, this Featurizer knows ${newest}`,
    { code: "STORE_TOO_NEW", hint: "Use the newer Featurizer that made it, or another store." },
  );
}
