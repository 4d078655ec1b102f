/** The commands for checkpoints on a connection of this thread. */
import { type CheckpointBook, loadBook } from "./checkpoint_book.ts";
import type {
  CheckpointCommands,
  CheckpointFilter,
  NumberedServed,
  StoredCheckpoint,
} from "./checkpoint_commands.ts";
import { commitStatements } from "./checkpoint_commit.ts";
import { listCheckpoints, loadCheckpoint } from "./checkpoint_queries.ts";
import { Connection } from "./connection.ts";
import { type OpenOptions, unlessLocked } from "./libsql_commands.ts";
import { listErrors, listSeries, pruneRows, readRows, readServed } from "./live_queries.ts";
import { servedStatements } from "./live_statements.ts";
import type {
  CheckpointDraft,
  CheckpointInfo,
  ErrorRow,
  RowBlockRecord,
  ServedValue,
} from "./live_store.ts";
import type { StoreLocation } from "./location.ts";
import { migrate } from "./migrations.ts";
import { integerOf } from "./rows.ts";

const RECLAIM_AT_CLOSE = 4096;
/** Pages given back with each part that is pruned: commits wait for it. */
const RECLAIM_AT_ONCE = 256;

export class LibsqlCheckpoints implements CheckpointCommands {
  readonly #connection: Connection;
  /** By pipeline; one that is not here is as the database is. */
  readonly #books = new Map<string, CheckpointBook>();
  #lastCommit: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  static async open(location: StoreLocation, options: OpenOptions): Promise<LibsqlCheckpoints> {
    const connection = await Connection.open(location, options);
    try {
      await migrate(connection, options.nowUs);
      return new LibsqlCheckpoints(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  commit(draft: CheckpointDraft): Promise<CheckpointInfo> {
    const commit = this.#lastCommit.then(() => this.#commit(draft));
    this.#lastCommit = commit.catch(() => {});
    return commit;
  }

  list(filter: CheckpointFilter): Promise<readonly CheckpointInfo[]> {
    return listCheckpoints(this.#connection, filter);
  }

  load(id: number): Promise<StoredCheckpoint> {
    return loadCheckpoint(this.#connection, id);
  }

  readRows(series: string, afterRow: number): Promise<readonly RowBlockRecord[]> {
    return readRows(this.#connection, series, afterRow);
  }

  async noteServed(values: readonly ServedValue[]): Promise<void> {
    await this.#connection.transact(servedStatements(values));
  }

  readServed(pipeline: string, afterId: number): Promise<readonly NumberedServed[]> {
    return readServed(this.#connection, pipeline, afterId);
  }

  errors(limit: number): Promise<readonly ErrorRow[]> {
    return listErrors(this.#connection, limit);
  }

  storedSeries(): Promise<readonly string[]> {
    return listSeries(this.#connection);
  }

  /** Between commits, as both write on one connection. */
  pruneRows(series: string, beforeUs: number): Promise<boolean> {
    const pruned = this.#lastCommit.then(() => this.#pruneRows(series, beforeUs));
    this.#lastCommit = pruned.catch(() => {});
    return pruned;
  }

  async #pruneRows(series: string, beforeUs: number): Promise<boolean> {
    if (!await pruneRows(this.#connection, series, beforeUs)) return false;
    await unlessLocked(() => this.#connection.reclaim(RECLAIM_AT_ONCE));
    return true;
  }

  async close(): Promise<void> {
    await this.#lastCommit;
    try {
      await unlessLocked(() => this.#connection.reclaim(RECLAIM_AT_CLOSE));
      await unlessLocked(() => this.#connection.checkpoint());
    } finally {
      this.#connection.close();
    }
  }

  async #commit(draft: CheckpointDraft): Promise<CheckpointInfo> {
    const { pipeline } = draft;
    const book = this.#books.get(pipeline) ?? await loadBook(this.#connection, pipeline);
    const { statements, insert, info, bookAfter } = commitStatements(draft, book);
    // Unless it is committed, the pages that are new in it are not there.
    this.#books.delete(pipeline);
    const results = await this.#connection.transactDurably([...statements]);
    const id = integerOf(results[insert]?.rows[0]?.id);
    this.#books.set(pipeline, bookAfter(id));
    return { id, ...info };
  }
}
