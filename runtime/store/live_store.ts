/** The port of a live system's store: checkpoints, and what is committed with them. */

/** Structured-cloneable data: plain objects, arrays, Maps, Sets, typed arrays, strings, numbers and the like. */
export type StateData = unknown;

/** Rows `first` to `first + count - 1` of a series. */
export interface RowBlockRecord {
  readonly series: string;
  readonly first: number;
  readonly count: number;
  /** Least and largest time of the rows. */
  readonly startUs: number;
  readonly endUs: number;
  readonly block: Uint8Array<ArrayBuffer>;
}

/** A value that was served, as `verify` computes it again. */
export interface ServedValue {
  readonly pipeline: string;
  readonly feature: string;
  /** When, by the clock. */
  readonly servedUs: number;
  /** The event time it was asked for. */
  readonly atUs: number;
  /** By source, the log position up to which rows were in sight. */
  readonly positions: Readonly<Record<string, number>>;
  /** What was asked, and what was answered, as JSON. */
  readonly entity: string;
  readonly answer: string;
}

/** A row that a feature could not compute. */
export interface ErrorRow {
  readonly pipeline: string;
  readonly feature: string;
  readonly timeUs: number;
  readonly sequence: number;
  readonly message: string;
}

/**
 * What one checkpoint of a pipeline commits. Buffers of states belong to the store from then on; rows and errors
 * are copied, and can go into the next draft if the commit fails.
 */
export interface CheckpointDraft {
  readonly pipeline: string;
  /** Of the plan and the schema of its state. */
  readonly identity: string;
  readonly shards: number;
  readonly createdUs: number;
  /** By source, the log position up to which rows are in the state. */
  readonly positions: Readonly<Record<string, number>>;
  /** By name; the names are the structure's first level. */
  readonly states: ReadonlyMap<string, StateData>;
  /** Rows since the last checkpoint, in order. */
  readonly rows: readonly RowBlockRecord[];
  readonly errors: readonly ErrorRow[];
  /** Keeps the checkpoint under this name, in place of an older one with it. */
  readonly savepoint?: string;
  /** How many checkpoints of the pipeline to keep besides savepoints; at least 1. */
  readonly retained: number;
}

/** A checkpoint without its states. */
export interface CheckpointInfo {
  readonly id: number;
  readonly pipeline: string;
  readonly identity: string;
  readonly shards: number;
  readonly createdUs: number;
  readonly positions: Readonly<Record<string, number>>;
  /** Of its states. */
  readonly bytes: number;
  /** What of them had changed and was written. */
  readonly writtenBytes: number;
  readonly savepoint?: string;
}

export interface Checkpoint {
  readonly info: CheckpointInfo;
  readonly states: ReadonlyMap<string, StateData>;
}

/**
 * One open store. Calls may overlap. Failures of the store are `FeaturizerError`s, misuse is a `TypeError`
 * or `RangeError`.
 */
export interface CheckpointStore extends AsyncDisposable {
  /** Path or URL, without secrets. */
  readonly name: string;

  /** One transaction, durable when it resolves. A pipeline commits one checkpoint at a time. */
  commit(draft: CheckpointDraft): Promise<CheckpointInfo>;

  newest(pipeline: string): Promise<CheckpointInfo | undefined>;

  /** Newest first. */
  list(pipeline?: string): Promise<readonly CheckpointInfo[]>;

  named(pipeline: string, savepoint: string): Promise<CheckpointInfo | undefined>;

  /** Fails if the checkpoint is gone. */
  load(id: number): Promise<Checkpoint>;

  /** Stored rows with a larger number, in order, in the blocks they were committed in. */
  rows(series: string, afterRow: number): AsyncIterable<RowBlockRecord>;

  /** Notes values that were served; the oldest are forgotten where there are too many. */
  noteServed(values: readonly ServedValue[]): Promise<void>;

  /** Noted values of a pipeline, oldest first. */
  served(pipeline: string): AsyncIterable<ServedValue>;

  /** Newest first. */
  errors(limit?: number): Promise<readonly ErrorRow[]>;

  /** Series that have rows. */
  storedSeries(): Promise<readonly string[]>;

  /** Forgets blocks of rows that all come before the time; the disk has their space. */
  pruneRows(series: string, beforeUs: number): Promise<void>;

  /** Waits for calls under way and releases everything; a second close does nothing. */
  /** Connects a second time, so that reads need not wait for writes any more. */
  prepare(): Promise<void>;
  close(): Promise<void>;
}
