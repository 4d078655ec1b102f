/** The port of the event log: rows as they arrived, durable before anybody is told so. */

/** Why a row was not admitted. */
export type LateReason = "late" | "malformed" | "future";

/** A row that was not admitted. */
export interface LateRow {
  /** `plugin.source`. */
  readonly source: string;
  readonly position: number;
  /** NaN if it has none. */
  readonly timeUs: number;
  readonly arrivedUs: number;
  readonly reason: LateReason;
  readonly detail: string;
}

/** What became of the rows of an entry, or of a source so far. */
export interface DecisionCounts {
  readonly admitted: number;
  readonly late: number;
  readonly malformed: number;
  readonly future: number;
}

/** Rows of one source with the positions `first` to `last`. */
export interface LogEntry extends DecisionCounts {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** Least and largest time of its rows; NaN where none has a time. */
  readonly startUs: number;
  readonly endUs: number;
  readonly arrivedUs: number;
  /** The source's watermark after it. */
  readonly watermarkUs: number;
  readonly block: Uint8Array<ArrayBuffer>;
}

/** An entry on its way into the log; its buffer belongs to the log from then on. */
export interface LogDraft extends LogEntry {
  /** Number of the connector; 0 for pushed rows. */
  readonly entry: number;
  /** The connector's own position after these rows. */
  readonly cursor?: string;
  readonly idempotencyKey?: string;
  readonly lateRows: readonly LateRow[];
}

/** Where the log of a source ends. Pruning leaves it as it is. */
export interface LogEnd extends DecisionCounts {
  readonly source: string;
  /** Largest position. */
  readonly last: number;
  /** Largest time; NaN if no row had one. */
  readonly endUs: number;
  readonly arrivedUs: number;
  readonly watermarkUs: number;
  /** Last cursor by number of the connector. */
  readonly cursors: ReadonlyMap<number, string>;
}

/** Rows that were pushed under an idempotency key. */
export interface KeyedRows extends DecisionCounts {
  readonly first: number;
  readonly last: number;
}

/** What is kept of a source's entries: those that came since, or the newest of so many bytes, whichever is less. */
export interface LogRetention {
  readonly arrivedUs: number;
  readonly bytes: number;
}

/**
 * One open log. Calls may overlap. Failures of the log are `FeaturizerError`s, misuse is a `TypeError` or
 * `RangeError`.
 */
export interface EventLog extends AsyncDisposable {
  /** Path or URL, without secrets. */
  readonly name: string;

  /** Resolves when durable; entries are in the log in the order of calls. After a failure later calls fail too. */
  append(entry: LogDraft): Promise<void>;

  /**
   * Raises the watermark that `ends` tells of a source, which the clock has moved since its last entry; durable when
   * it resolves.
   */
  raiseWatermark(source: string, watermarkUs: number): Promise<void>;

  /** Entries with rows after a position, in order; the first may hold earlier rows as well. */
  read(source: string, afterPosition: number): AsyncIterable<LogEntry>;

  /** One for each source that ever had an entry or a watermark. */
  ends(): Promise<readonly LogEnd[]>;

  /** By source, the first position that is kept; beyond the last one if none is. */
  starts(): Promise<ReadonlyMap<string, number>>;

  /** The position before which entries are more than is to be kept. */
  excess(source: string, retention: LogRetention): Promise<number>;

  findKey(source: string, idempotencyKey: string): Promise<KeyedRows | undefined>;

  /** Rows that were not admitted, newest first. */
  late(source?: string, limit?: number): Promise<readonly LateRow[]>;

  /** Forgets entries whose rows all come before the position, with their keys and late rows; the disk has their space. */
  prune(source: string, beforePosition: number): Promise<void>;

  /** Waits for calls under way and releases everything; a second close does nothing. */
  /** Connects a second time, so that reads need not wait for writes any more. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}
