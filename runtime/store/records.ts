/** What a store holds: series of blocks, runs and plugins. All plain data. */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** `set-column`: one feature's columns of a set, computed for one spine. */
export type SeriesKind = "source" | "feature" | "set-column";

export interface SeriesColumn {
  readonly name: string;
  /** As the language writes it. */
  readonly type: string;
  readonly role: "key" | "time" | "value";
  readonly doc?: string;
}

export interface SeriesDraft {
  /** What makes the rows what they are: identity, content of the sources, range. One complete series has it. */
  readonly reuseKey: string;
  readonly kind: SeriesKind;
  readonly name: string;
  readonly plugin?: string;
  /** Hash of the plugin's bundle. */
  readonly pluginVersion?: string;
  readonly schema: readonly SeriesColumn[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly lineage: JsonValue;
  readonly doc?: string;
  readonly tags: readonly string[];
}

/** A complete series. */
export interface SeriesRecord extends SeriesDraft {
  /** Never given to another series. */
  readonly id: number;
  readonly createdUs: number;
  readonly completedUs: number;
  readonly blocks: number;
  readonly rows: number;
  readonly bytes: number;
  /** Time of the first and of the last row; absent when there are none. */
  readonly startUs?: number;
  readonly endUs?: number;
}

export interface SeriesFilter {
  readonly kind?: SeriesKind;
  readonly name?: string;
  readonly plugin?: string;
}

export interface ColumnStatistics {
  readonly nulls: number;
  /** Absent when all rows are null. */
  readonly min?: number | string;
  readonly max?: number | string;
}

export interface BlockDraft {
  /** Time of the first and of the last row; blocks of a series follow each other in time. */
  readonly startUs: number;
  readonly endUs: number;
  readonly rows: number;
  readonly statistics: Readonly<Record<string, ColumnStatistics>>;
  /** One Arrow IPC stream. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A block without its data. */
export interface BlockInfo {
  /** Counts up from 0 inside a series. */
  readonly number: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly rows: number;
  readonly bytes: number;
  readonly statistics: Readonly<Record<string, ColumnStatistics>>;
}

export interface Block extends BlockInfo {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Blocks with a row time in [fromUs, toUs) may be wanted; others are left out. */
export interface TimeRange {
  readonly fromUs?: number;
  readonly toUs?: number;
}

export interface SeriesDescription {
  readonly series: SeriesRecord;
  /** Over all blocks, by column. */
  readonly statistics: Readonly<Record<string, ColumnStatistics>>;
}

export interface RunDraft {
  readonly config: string;
  readonly configHash: string;
}

export interface RunOutcome {
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly report?: JsonValue;
}

export interface RunRecord extends RunDraft {
  readonly id: number;
  readonly startedUs: number;
  /** A run that was killed stays `running`. */
  readonly status: "running" | RunOutcome["status"];
  readonly finishedUs?: number;
  readonly report?: JsonValue;
}

export interface PluginDraft {
  readonly name: string;
  /** Hash of the bundle. */
  readonly version: string;
  readonly file: string;
}

export interface PluginRecord extends PluginDraft {
  readonly recordedUs: number;
}
