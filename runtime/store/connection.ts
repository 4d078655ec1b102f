/**
 * One libSQL connection; every failure is translated.
 *
 * C1 After a failure a file is connected anew: the client leaves the failed statement open, and with it no later
 *    transaction can commit.
 */
import type { Client, InStatement, ResultSet } from "@libsql/client";
import { dirname } from "node:path";
import { FeaturizerError } from "../errors.ts";
import type { StoreLocation } from "./location.ts";
import { storeError } from "./store_error.ts";

export interface ConnectionOptions {
  readonly authToken?: string;
  /** How long a file store waits for another process's lock. */
  readonly busyTimeoutMs: number;
  /** A file does not grow beyond it; what does not fit is refused as on a full disk. */
  readonly maxBytes?: number;
  /** What a file is set up for; default `blocks`. */
  readonly profile?: "blocks" | "log";
}

interface Pragmas {
  readonly pageBytes: number;
  readonly always: readonly string[];
}

const PRAGMAS: Readonly<Record<"blocks" | "log", Pragmas>> = {
  /** Pages of 32 KiB triple the speed of blobs. NORMAL keeps the file consistent; `durably` adds that nothing is lost. */
  blocks: {
    pageBytes: 32768,
    always: [
      "PRAGMA journal_mode = WAL",
      "PRAGMA synchronous = NORMAL",
      "PRAGMA wal_autocheckpoint = 4000",
      "PRAGMA journal_size_limit = 67108864",
    ],
  },
  /** Small pages halve what a short append writes. The owner moves the write-ahead log, off the road of appends. */
  log: {
    pageBytes: 4096,
    always: [
      "PRAGMA journal_mode = WAL",
      "PRAGMA synchronous = FULL",
      "PRAGMA wal_autocheckpoint = 0",
      "PRAGMA journal_size_limit = 67108864",
    ],
  },
};

export class Connection {
  readonly #client: Client;
  readonly #location: StoreLocation;
  readonly #options: ConnectionOptions;
  /** What holds for a connection, not for the file. */
  #pragmas: readonly string[] = [];
  #mustReconnect = false;

  private constructor(client: Client, location: StoreLocation, options: ConnectionOptions) {
    this.#client = client;
    this.#location = location;
    this.#options = options;
  }

  /** Connects, and creates the folder of a file. Nothing is written to the database yet. */
  static async open(location: StoreLocation, options: ConnectionOptions): Promise<Connection> {
    try {
      if (location.kind === "file") await Deno.mkdir(dirname(location.path), { recursive: true });
      const { createClient } = await loadClient(location);
      const client = createClient({
        url: location.url,
        // With more than one, PRAGMAs hold for only one of them.
        ...(location.kind === "file" && { concurrency: 1, timeout: options.busyTimeoutMs }),
        ...(options.authToken !== undefined && { authToken: options.authToken }),
      });
      return new Connection(client, location, options);
    } catch (cause) {
      throw cause instanceof Deno.errors.PermissionDenied ||
          cause instanceof Deno.errors.NotADirectory ||
          cause instanceof Deno.errors.AlreadyExists
        ? unwritableFolder(location, cause)
        : storeError(cause, location.name);
    }
  }

  get name(): string {
    return this.#location.name;
  }

  get isFile(): boolean {
    return this.#location.kind === "file";
  }

  /** Prepares a file for its profile; on a server it does nothing. */
  async configure({ isNew }: { readonly isNew: boolean }): Promise<void> {
    if (!this.isFile) return;
    const { profile = "blocks", maxBytes } = this.#options;
    const { pageBytes, always } = PRAGMAS[profile];
    // Both must come before the first table.
    const ofNewFile = [`PRAGMA page_size = ${pageBytes}`, "PRAGMA auto_vacuum = INCREMENTAL"];
    const mostPages = Math.max(1, Math.floor((maxBytes ?? 0) / pageBytes));
    this.#pragmas = maxBytes === undefined
      ? always
      : [...always, `PRAGMA max_page_count = ${mostPages}`];
    for (const pragma of [...isNew ? ofNewFile : [], ...this.#pragmas]) await this.run(pragma);
  }

  run(statement: InStatement): Promise<ResultSet> {
    return this.#translated(() => this.#client.execute(statement));
  }

  /** All statements in one write transaction. */
  transact(statements: InStatement[]): Promise<ResultSet[]> {
    return this.#translated(() => this.#client.batch(statements, "write"));
  }

  /** Like `transact`; on a file it and all before it survive a loss of power. */
  async transactDurably(statements: InStatement[]): Promise<ResultSet[]> {
    if (!this.isFile) return await this.transact(statements);
    await this.run("PRAGMA synchronous = FULL");
    try {
      return await this.transact(statements);
    } finally {
      await this.run("PRAGMA synchronous = NORMAL");
    }
  }

  /** Gives at most this many free pages of a file back to the disk. */
  async reclaim(pages: number): Promise<void> {
    if (!this.isFile) return;
    // `execute` would step the pragma once, which frees one page and leaves a lock.
    await this.#translated(() =>
      this.#client.executeMultiple(`PRAGMA incremental_vacuum(${pages});`)
    );
  }

  /** Moves what a file's write-ahead log holds into the file, as far as other readers allow. */
  async checkpoint(mode: "PASSIVE" | "TRUNCATE" = "TRUNCATE"): Promise<void> {
    if (!this.isFile) return;
    await this.run(`PRAGMA wal_checkpoint(${mode})`);
  }

  close(): void {
    this.#client.close();
  }

  async #translated<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      if (this.#mustReconnect) await this.#reconnect();
      return await act();
    } catch (cause) {
      this.#mustReconnect = this.isFile;
      throw storeError(cause, this.name);
    }
  }

  async #reconnect(): Promise<void> {
    await this.#client.reconnect();
    for (const pragma of this.#pragmas) await this.#client.execute(pragma);
    this.#mustReconnect = false;
  }
}

/** Native code, and the code for servers, are loaded where they are needed. */
function loadClient(
  { kind }: StoreLocation,
): Promise<Pick<typeof import("@libsql/client"), "createClient">> {
  return kind === "file" ? import("@libsql/client/sqlite3") : import("@libsql/client");
}

function unwritableFolder(location: StoreLocation, cause: Error): FeaturizerError {
  return new FeaturizerError(`Cannot use store "${location.name}": its folder cannot be made`, {
    code: "STORE_UNWRITABLE",
    domain: "external",
    cause,
    hint: "Check that you may write there, or give another path.",
  });
}
