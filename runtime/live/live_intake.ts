/** What a live system needs of its intake. */
import type { Batch, RejectedRow } from "../arrow/mod.ts";
import type { SourceStatus } from "./live_system.ts";
import type { PublishedRows } from "./pipeline/source_tail.ts";

/** Rows on their way in: the source's columns that are not computed, in order. */
export interface PushBatch {
  readonly batch: Batch;
  readonly rejected: readonly RejectedRow[];
  /** Number of the connector; 0, the default, is what is pushed. */
  readonly entry?: number;
  readonly cursor?: string;
  readonly idempotencyKey?: string;
  readonly history?: HistoryRows;
  readonly decided?: DecidedRows;
}

/** Rows of a file, which `run` would read as well: judged as it does, by their own order and no clock. */
export interface HistoryRows {
  /** Largest time of the entry's rows before these; -Infinity if none has one. */
  readonly reachedUs: number;
}

/** Rows of a log, about which all is decided. */
export interface DecidedRows {
  /** What was decided about each, as the log keeps it. */
  readonly codes: Float64Array<ArrayBuffer>;
  /** The watermark after them; -Infinity where it is not told. */
  readonly watermarkUs: number;
}

export interface BatchReceipt {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  readonly admitted: number;
  readonly late: number;
  readonly malformed: number;
  readonly future: number;
  readonly repeated: boolean;
}

export interface DecodeChoices {
  /** Batches depend on the rows alone, not on when they come: a body sent again is cut at the same rows. */
  readonly isSteady?: boolean;
}

export interface LiveIntake extends AsyncDisposable {
  /** Resolves when the rows are on disk and published. */
  push(source: string, batch: PushBatch): Promise<BatchReceipt>;
  decode(
    source: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    format: "json" | "ndjson" | "arrow",
    options?: DecodeChoices,
  ): AsyncIterable<PushBatch>;
  cursorOf(source: string, entry: number): string | undefined;
  status(): readonly SourceStatus[];
  /** Admitted rows after a position, as far as the log goes now. */
  replay(source: string, after: number): AsyncIterable<PublishedRows>;
  /** Lets time pass: idle sources follow the clock. */
  tick(): void;
  /** Nothing more comes of an entry: it holds no watermark back. */
  end(source: string, entry: number): void;
  /** Nothing more comes of any source: their watermarks become infinite as soon as that is on disk. */
  complete(): void;
}
