/** What pulls rows from the world into the intake, and what it is handed. */
import type { Batch, RejectedRow } from "../../arrow/mod.ts";
import type { Clock } from "../clock.ts";
import type { DecidedRows, HistoryRows } from "../live_intake.ts";

/** Rows for the intake, with the connector's own position after them. */
export interface PulledBatch {
  /** The source's columns that are not computed, in order. */
  readonly batch: Batch;
  readonly rejected: readonly RejectedRow[];
  /** Entry of the watermark; a connector may have several. */
  readonly entry: number;
  /** Kept in the transaction that keeps the rows. */
  readonly cursor?: string;
  /** Of rows that lie in files. */
  readonly history?: HistoryRows;
  /** Of rows that lie in a log. */
  readonly decided?: DecidedRows;
}

export type ConnectorState = "connecting" | "running" | "backoff" | "ended";

export interface ConnectorContext {
  /** Ends the connector; it returns when nothing of it is under way any more. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The cursor of the last batch of an entry that is on disk. */
  cursorOf(entry: number): string | undefined;
  /** Resolves when the rows are on disk. Rejects with INGEST_FULL when the intake is full: the same batch may come again. */
  push(batch: PulledBatch): Promise<unknown>;
  /** Rows of an Arrow IPC message. */
  decode(body: Uint8Array, format: "arrow"): AsyncIterable<Pick<PulledBatch, "batch" | "rejected">>;
  onState(state: ConnectorState, detail?: string): void;
}

/** Pulls the rows of one entry of `data_sources`. */
export interface Connector {
  /** `plugin.source`. */
  readonly source: string;
  readonly kind: string;
  readonly entry: number;
  /** Its rows come as fast as they are taken until there are no more: a pause between them says nothing. */
  readonly isHistory?: boolean;
  /** It has other entries of the watermark than its own, such as partitions of a topic. */
  readonly hasMoreEntries?: boolean;
  /**
   * Pulls until the signal, or until a source that ends has ended. What may pass is tried again with growing
   * pauses; rejects with what will not, such as a wrong address or a missing column.
   */
  run(context: ConnectorContext): Promise<void>;
}
