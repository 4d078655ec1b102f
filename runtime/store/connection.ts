/** One libSQL connection, set up for blocks; every failure is translated. */
import { type Client, createClient, type InStatement, type ResultSet } from "@libsql/client";
import { dirname } from "node:path";
import { FeaturizerError } from "../errors.ts";
import type { StoreLocation } from "./location.ts";
import { storeError } from "./store_error.ts";

export interface ConnectionOptions {
  readonly authToken?: string;
  /** How long a file store waits for another process's lock. */
  readonly busyTimeoutMs: number;
}

/** Pages of 32 KiB triple the speed of blobs against 4 KiB; both must come before the first table. */
const NEW_FILE_PRAGMAS = ["PRAGMA page_size = 32768", "PRAGMA auto_vacuum = INCREMENTAL"];

/** NORMAL keeps the file consistent after a crash; `durably` adds that nothing committed is lost. */
const FILE_PRAGMAS = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = NORMAL",
  "PRAGMA wal_autocheckpoint = 4000",
  "PRAGMA journal_size_limit = 67108864",
];

export class Connection {
  readonly #client: Client;
  readonly #location: StoreLocation;

  private constructor(client: Client, location: StoreLocation) {
    this.#client = client;
    this.#location = location;
  }

  /** Connects, and creates the folder of a file. Nothing is written to the database yet. */
  static async open(location: StoreLocation, options: ConnectionOptions): Promise<Connection> {
    try {
      if (location.kind === "file") await Deno.mkdir(dirname(location.path), { recursive: true });
      const client = createClient({
        url: location.url,
        // With more than one, PRAGMAs hold for only one of them.
        ...(location.kind === "file" && { concurrency: 1, timeout: options.busyTimeoutMs }),
        ...(options.authToken !== undefined && { authToken: options.authToken }),
      });
      return new Connection(client, location);
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

  /** Prepares a file for blocks; on a server it does nothing. */
  async configure({ isNew }: { readonly isNew: boolean }): Promise<void> {
    if (this.#location.kind === "server") return;
    for (const pragma of isNew ? [...NEW_FILE_PRAGMAS, ...FILE_PRAGMAS] : FILE_PRAGMAS) {
      await this.run(pragma);
    }
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
    if (this.#location.kind === "server") return await this.transact(statements);
    await this.run("PRAGMA synchronous = FULL");
    try {
      return await this.transact(statements);
    } finally {
      await this.run("PRAGMA synchronous = NORMAL");
    }
  }

  /** Gives at most this many free pages of a file back to the disk. */
  async reclaim(pages: number): Promise<void> {
    if (this.#location.kind === "server") return;
    // `execute` would step the pragma once, which frees one page and leaves a lock.
    await this.#translated(() =>
      this.#client.executeMultiple(`PRAGMA incremental_vacuum(${pages});`)
    );
  }

  /** Moves what a file's log holds into the file, as far as other readers allow. */
  async checkpoint(): Promise<void> {
    if (this.#location.kind === "server") return;
    await this.run("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  close(): void {
    this.#client.close();
  }

  async #translated<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (cause) {
      throw storeError(cause, this.name);
    }
  }
}

function unwritableFolder(location: StoreLocation, cause: Error): FeaturizerError {
  return new FeaturizerError(`Cannot use store "${location.name}": its folder cannot be made`, {
    code: "STORE_UNWRITABLE",
    domain: "external",
    cause,
    hint: "Check that you may write there, or give another path.",
  });
}
