/** What can be said of a store's files without changing them: whether they are whole, and who made them. */
import { Connection } from "./connection.ts";
import { parseStoreLocation, siblingFile, type StoreLocation } from "./location.ts";
import {
  LOG_LEDGER,
  LOG_MIGRATIONS,
  type Migration,
  MIGRATIONS,
  STORE_LEDGER,
} from "./migrations.ts";
import { DEFAULT_STORE } from "./open_store.ts";

/** One of the files of a store. */
export interface StoreFileReport {
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, microseconds. */
  readonly changedUs: number;
  /** Step of its schema; absent in a database of another program. */
  readonly version?: number;
  /** The newest step that this program knows. */
  readonly newest: number;
  /** What the database finds broken in itself. */
  readonly damage: readonly string[];
}

type FileLocation = Extract<StoreLocation, { readonly kind: "file" }>;

const BUSY_TIMEOUT_MS = 5000;
const MOST_DAMAGES = 5;
const MICROSECONDS = 1000;

/** Looks through the files that a store at the location has; a server has none here. */
export async function inspectStore(
  location: string = DEFAULT_STORE,
): Promise<readonly StoreFileReport[]> {
  const store = parseStoreLocation(location);
  if (store.kind === "server") return [];
  const log = siblingFile(store, "log");
  const reports = [
    await inspectFile(store, MIGRATIONS, STORE_LEDGER),
    log.kind === "file" ? await inspectFile(log, LOG_MIGRATIONS, LOG_LEDGER) : undefined,
  ];
  return reports.filter((report) => report !== undefined);
}

async function inspectFile(
  location: FileLocation,
  migrations: readonly Migration[],
  ledger: string,
): Promise<StoreFileReport | undefined> {
  const { path, name } = location;
  const found = await Deno.stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const connection = await Connection.open(location, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    const damage = await damageOf(connection);
    const version = damage.length === 0 ? await versionOf(connection, ledger) : undefined;
    return {
      path: name,
      bytes: found.size,
      changedUs: (found.mtime?.getTime() ?? 0) * MICROSECONDS,
      newest: migrations.at(-1)?.version ?? 0,
      damage,
      ...(version !== undefined && { version }),
    };
  } finally {
    connection.close();
  }
}

async function damageOf(connection: Connection): Promise<readonly string[]> {
  try {
    const { rows } = await connection.run(`PRAGMA quick_check(${MOST_DAMAGES})`);
    const lines = rows.map((row) => String(Object.values(row)[0]));
    return lines.length === 1 && lines[0] === "ok" ? [] : lines;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function versionOf(connection: Connection, ledger: string): Promise<number | undefined> {
  const { rows: tables } = await connection.run(
    `SELECT name FROM sqlite_master WHERE name = '${ledger}'`,
  );
  if (tables.length === 0) return undefined;
  const { rows } = await connection.run(`SELECT max(version) AS version FROM ${ledger}`);
  return Number(rows[0]?.version ?? 0);
}
