/** What one connection to an event log does: plain data in and out, each command atomic. */
import type { KeyedRows, LateRow, LogDraft, LogEnd, LogEntry, LogRetention } from "./event_log.ts";

export interface LogCommands {
  /**
   * Writes drafts in one durable transaction; answers for each nothing, or the position at which its source
   * goes on if the draft does not begin there and was left out.
   */
  append(drafts: readonly LogDraft[]): Promise<readonly (number | undefined)[]>;
  raiseWatermark(source: string, watermarkUs: number): Promise<void>;
  /** The next entries with rows after the position, some megabytes of them. */
  readEntries(source: string, afterPosition: number): Promise<readonly LogEntry[]>;
  ends(): Promise<readonly LogEnd[]>;
  starts(): Promise<ReadonlyMap<string, number>>;
  excess(source: string, retention: LogRetention): Promise<number>;
  findKey(source: string, idempotencyKey: string): Promise<KeyedRows | undefined>;
  late(source: string | undefined, limit: number): Promise<readonly LateRow[]>;
  /** Forgets some of what lies before the position; true if more does. */
  prune(source: string, beforePosition: number): Promise<boolean>;
  /** Moves the write-ahead log into the file while others write; answers the bytes it has. */
  moveWal(): Promise<number>;
  /** The same while nobody writes: it is empty after. */
  emptyWal(): Promise<void>;
  /** Connects, where that was not done at once. */
  prepare?(): Promise<void>;
  close(): Promise<void>;
}
