/** What a system of live pipelines offers its faces: the HTTP and WebSocket API and the command line. */
import type { Column } from "../../dsl/mod.ts";
import type { Batch, SymbolTable } from "../arrow/mod.ts";

export type CellValue =
  | null
  | boolean
  | number
  | string
  | readonly CellValue[]
  | { readonly [name: string]: CellValue };

/** A plugin whose sources or features are live. */
export interface LivePluginInfo {
  readonly name: string;
  /** Of the project that it belongs to. */
  readonly version: string | undefined;
  /** Of all that it does: its own text, and what it imports. */
  readonly hash: string;
}

/** A live source, as the catalog shows it. */
export interface LiveSourceInfo {
  /** `plugin.source`. */
  readonly name: string;
  readonly doc: string | undefined;
  /** What a push holds: columns that are not computed, in order. */
  readonly columns: readonly Column[];
  readonly keys: readonly string[];
  readonly time: string;
  readonly latenessUs: number;
  readonly idleUs: number;
}

/** A feature, or a set, whose rows can be subscribed to. */
export interface LiveSeriesInfo {
  readonly name: string;
  readonly kind: "feature" | "set";
  /** `plugin.feature` of a feature. */
  readonly definition: string | undefined;
  readonly doc: string | undefined;
  readonly keys: readonly Column[];
  readonly columns: readonly Column[];
  /** Columns of its request input, by request name; empty for others. */
  readonly request: readonly Column[];
  /** The pipeline that computes it. */
  readonly pipeline: string;
}

export interface LiveCatalog {
  readonly plugins: readonly LivePluginInfo[];
  readonly sources: readonly LiveSourceInfo[];
  readonly series: readonly LiveSeriesInfo[];
}

/** Rows pushed, and what became of them; positions count from 1. */
export interface PushReceipt {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  readonly admitted: number;
  readonly late: number;
  readonly malformed: number;
  readonly future: number;
  /** True if the idempotency key had been seen: nothing was added. */
  readonly repeated: boolean;
  /** Given to an online read, the read sees these rows. */
  readonly token: string;
}

export interface PushOptions {
  readonly format: "json" | "ndjson" | "arrow";
  readonly idempotencyKey?: string;
}

export interface OnlineRequest {
  readonly features: readonly string[];
  /** Rows asked for: key and request columns by name. */
  readonly entities: readonly Readonly<Record<string, CellValue>>[];
  /** Event time in microseconds; now by default. */
  readonly atUs?: number;
  /** A push's token: waits until its rows are in sight. */
  readonly token?: string;
  /** Refuses values whose watermark is older than `at` less this. */
  readonly maxStalenessUs?: number;
  /** Waits until the watermark has passed it, or refuses when `waitMs` is over. */
  readonly minWatermarkUs?: number;
  readonly waitMs?: number;
}

export type OnlineStatus =
  | "OK"
  | "NOT_FOUND"
  | "STALE"
  | "OUTSIDE_HISTORY"
  | "FAILED";

/** One feature for one entity. */
export interface OnlineValue {
  readonly status: OnlineStatus;
  readonly values: Readonly<Record<string, CellValue>>;
  readonly eventTimeUs: number;
  readonly watermarkUs: number;
  /** By source, the log position up to which rows were in sight. */
  readonly position: Readonly<Record<string, number>>;
  readonly final: boolean;
}

export interface OnlineAnswer {
  /** By entity, then by feature, in the order of the request. */
  readonly rows: readonly (readonly OnlineValue[])[];
}

/** Rows of a series, in order; row numbers count from 1 without a gap. */
export interface SeriesRows {
  readonly series: string;
  readonly first: number;
  readonly time: Float64Array;
  /** Columns as `LiveSeriesInfo`: keys, then columns; symbols are codes of `symbols`. */
  readonly batch: Batch;
}

export interface SeriesListener {
  /**
   * Never called while a call is under way. Until `follow` resolves a promise is awaited, so that a slow reader is
   * given what is stored at its own pace; a rejection ends the follow with that error.
   */
  onRows(rows: SeriesRows): void | Promise<void>;
  /** The pipeline stopped; no rows follow. */
  onFailure(error: Error): void;
}

export interface SourceStatus {
  readonly source: string;
  readonly position: number;
  readonly admitted: number;
  readonly late: number;
  readonly malformed: number;
  readonly future: number;
  readonly watermarkUs: number;
  readonly lastTimeUs: number;
  readonly idle: boolean;
  readonly pendingBytes: number;
}

export interface PipelineStatus {
  readonly name: string;
  readonly state: "STARTING" | "RUNNING" | "FAILED" | "STOPPED";
  readonly error: string | undefined;
  readonly sources: readonly string[];
  readonly series: readonly string[];
  readonly boundUs: number;
  readonly pendingRows: number;
  readonly slices: number;
  readonly rowErrors: number;
  readonly checkpoint:
    | {
      readonly id: number;
      readonly atUs: number;
      readonly tookMs: number;
      readonly bytes: number;
    }
    | undefined;
}

export interface ConnectorStatus {
  readonly source: string;
  readonly kind: string;
  readonly state: "connecting" | "running" | "backoff" | "ended";
  readonly detail: string | undefined;
}

export interface LiveStatus {
  readonly ready: boolean;
  readonly sources: readonly SourceStatus[];
  readonly pipelines: readonly PipelineStatus[];
  readonly connectors: readonly ConnectorStatus[];
}

export interface LateRecord {
  readonly source: string;
  readonly position: number;
  readonly timeUs: number;
  readonly arrivedUs: number;
  readonly reason: "late" | "malformed" | "future";
  readonly detail: string;
}

export interface ErrorRecord {
  readonly pipeline: string;
  readonly feature: string;
  readonly timeUs: number;
  readonly sequence: number;
  readonly message: string;
}

export interface LiveSystem extends AsyncDisposable {
  readonly catalog: LiveCatalog;
  readonly symbols: SymbolTable;
  status(): LiveStatus;
  /** Resolves when every row of the body is on disk; a body of many batches gives one receipt. */
  push(
    source: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: PushOptions,
  ): Promise<PushReceipt>;
  read(request: OnlineRequest): Promise<OnlineAnswer>;
  /** Latest row of every key as of row `upTo`; the snapshot that a subscriber begins with. */
  latest(series: string): Promise<{ readonly rows: readonly SeriesRows[]; readonly upTo: number }>;
  /** All rows after a row number, then new ones as they come; throws ROWS_GONE if they were pruned. */
  follow(series: string, afterRow: number, listener: SeriesListener): Promise<{ close(): void }>;
  late(source?: string, limit?: number): Promise<readonly LateRecord[]>;
  errors(limit?: number): Promise<readonly ErrorRecord[]>;
  /** Takes a checkpoint of every pipeline now; with a name it is a savepoint and kept. */
  checkpoint(savepoint?: string): Promise<void>;
  /** Stops connectors, drains, takes a last checkpoint, closes. */
  close(): Promise<void>;
}
