/** The commands of an event log on a connection of this thread. */
import { Connection } from "./connection.ts";
import type { KeyedRows, LateRow, LogDraft, LogEnd, LogEntry, LogRetention } from "./event_log.ts";
import { type OpenOptions, unlessLocked } from "./libsql_commands.ts";
import type { StoreLocation } from "./location.ts";
import { appendStatements, raiseStatement, type SourceEnd } from "./log_append.ts";
import type { LogCommands } from "./log_commands.ts";
import {
  findExcess,
  findKey,
  listEnds,
  listLate,
  listStarts,
  loadEnds,
  readEntries,
} from "./log_queries.ts";
import { LOG_LEDGER, LOG_MIGRATIONS, migrate } from "./migrations.ts";
import { integerOf } from "./rows.ts";

const PAGE_BYTES = 4096;
const PRUNED_AT_ONCE = 64;
const RECLAIM_AT_CLOSE = 4096;
/** Pages given back with each part that is pruned: appends wait for it. */
const RECLAIM_AT_ONCE = 1024;

export class LibsqlLog implements LogCommands {
  readonly #connection: Connection;
  /** By name, as they are on disk; undefined when that is not known. */
  #ends: Map<string, SourceEnd> | undefined;
  /** Resolves when the writes before are over: each goes by the ends that they leave. */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(location: StoreLocation, options: OpenOptions): Promise<LibsqlLog> {
    const connection = await Connection.open(location, { ...options, profile: "log" });
    try {
      await migrate(connection, options.nowUs, LOG_MIGRATIONS, LOG_LEDGER);
      return new LibsqlLog(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  append(drafts: readonly LogDraft[]): Promise<readonly (number | undefined)[]> {
    return this.#inTurn(() => this.#append(drafts));
  }

  raiseWatermark(source: string, watermarkUs: number): Promise<void> {
    return this.#inTurn(() => this.#raiseWatermark(source, watermarkUs));
  }

  #inTurn<Result>(write: () => Promise<Result>): Promise<Result> {
    const written = this.#written.then(write);
    this.#written = written.catch(() => {});
    return written;
  }

  async #append(drafts: readonly LogDraft[]): Promise<readonly (number | undefined)[]> {
    const ends = this.#ends ?? await loadEnds(this.#connection);
    const { statements, outcomes, endsAfter } = appendStatements(drafts, ends);
    // What is on disk after a failure is not known: the next append looks.
    this.#ends = undefined;
    if (statements.length > 0) await this.#connection.transact(statements);
    this.#ends = endsAfter;
    return outcomes;
  }

  async #raiseWatermark(source: string, watermarkUs: number): Promise<void> {
    const ends = this.#ends ?? await loadEnds(this.#connection);
    this.#ends = undefined;
    await this.#connection.transact([raiseStatement(source, watermarkUs, ends)]);
    this.#ends = ends.has(source) ? ends : undefined;
  }

  readEntries(source: string, afterPosition: number): Promise<readonly LogEntry[]> {
    return readEntries(this.#connection, source, afterPosition);
  }

  ends(): Promise<readonly LogEnd[]> {
    return listEnds(this.#connection);
  }

  starts(): Promise<ReadonlyMap<string, number>> {
    return listStarts(this.#connection);
  }

  excess(source: string, retention: LogRetention): Promise<number> {
    return findExcess(this.#connection, source, retention);
  }

  findKey(source: string, idempotencyKey: string): Promise<KeyedRows | undefined> {
    return findKey(this.#connection, source, idempotencyKey);
  }

  late(source: string | undefined, limit: number): Promise<readonly LateRow[]> {
    return listLate(this.#connection, source, limit);
  }

  prune(source: string, beforePosition: number): Promise<boolean> {
    return this.#inTurn(() => this.#prune(source, beforePosition));
  }

  async #prune(source: string, beforePosition: number): Promise<boolean> {
    const id = "SELECT id FROM log_sources WHERE name = ?1";
    const args = [source, beforePosition, PRUNED_AT_ONCE];
    const results = await this.#connection.transact([
      {
        sql: `DELETE FROM log_entries WHERE id IN (SELECT id FROM log_entries
          WHERE source_id = (${id}) AND first < ?2 AND last < ?2 ORDER BY first LIMIT ?3)`,
        args,
      },
      {
        sql: `DELETE FROM log_keys WHERE (source_id, key) IN (SELECT source_id, key FROM log_keys
          WHERE source_id = (${id}) AND last < ?2 LIMIT 64 * ?3)`,
        args,
      },
      {
        sql: `DELETE FROM log_late WHERE (source_id, position) IN (SELECT source_id, position
          FROM log_late WHERE source_id = (${id}) AND position < ?2 LIMIT 64 * ?3)`,
        args,
      },
    ]);
    if (!results.some(({ rowsAffected }) => rowsAffected > 0)) return false;
    await unlessLocked(() => this.#connection.reclaim(RECLAIM_AT_ONCE));
    return true;
  }

  async moveWal(): Promise<number> {
    if (!this.#connection.isFile) return 0;
    const { rows: [row] } = await this.#connection.run("PRAGMA wal_checkpoint(PASSIVE)");
    return Math.max(0, integerOf(row?.log)) * PAGE_BYTES;
  }

  emptyWal(): Promise<void> {
    return unlessLocked(() => this.#connection.checkpoint());
  }

  async close(): Promise<void> {
    try {
      await unlessLocked(() => this.#connection.reclaim(RECLAIM_AT_CLOSE));
      await this.emptyWal();
    } finally {
      this.#connection.close();
    }
  }
}
