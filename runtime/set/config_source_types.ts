/** Entries of `data_sources`, by kind: where the rows of a source come from. */
import type { TimeUnit } from "../arrow/mod.ts";
import type { FileFormat } from "../source/mod.ts";

/** Where a column is found; `from` is its name, or its JSON path, there when it differs. */
export interface ColumnMapping {
  readonly from?: string;
  /** Unit of a timestamp that is given as a number. */
  readonly unit?: TimeUnit;
}

export type JsonText =
  | null
  | boolean
  | number
  | string
  | readonly JsonText[]
  | { readonly [name: string]: JsonText };

interface Entry {
  /** `plugin.source`. */
  readonly source: string;
  /** Those named like a column fill it where the rows lack it. */
  readonly attributes: Readonly<Record<string, string>>;
}

interface MappedEntry extends Entry {
  readonly columns: Readonly<Record<string, ColumnMapping>>;
}

interface FilesEntry extends MappedEntry {
  /** Absolute paths, globs or URLs. */
  readonly path: string | readonly string[];
  readonly format?: FileFormat;
  readonly late: "drop" | "fail";
}

export interface FileSource extends FilesEntry {
  readonly kind: "file";
}

/** Rows are pushed to us. */
export interface HttpSource extends Entry {
  readonly kind: "http";
}

export interface WebSocketSource extends MappedEntry {
  readonly kind: "websocket";
  readonly url: string;
  /** Sent after every connect; what is not text is sent as JSON. */
  readonly subscribe: readonly JsonText[];
  /** JSON path to the rows in a message; absent: the message is the row, or a list of them. */
  readonly rows?: string;
  readonly ping?: { readonly everyUs: number; readonly message: JsonText };
  /** Reconnects after hearing nothing for so long. */
  readonly silenceUs?: number;
}

export type Secret = string | { readonly env: string };

export interface KafkaSource extends MappedEntry {
  readonly kind: "kafka";
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Consumer group that positions are noted under for others to see. */
  readonly group?: string;
  readonly format: "json" | "ndjson" | "arrow";
  /** JSON path to the rows in a message. */
  readonly rows?: string;
  /** Where a partition is begun that was never read. */
  readonly from: "start" | "end";
  readonly sasl?: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly username: string;
    readonly password: Secret;
  };
  /** `ca` is the absolute path of a certificate. */
  readonly tls: boolean | { readonly ca: string };
}

export interface TailSource extends MappedEntry {
  readonly kind: "tail";
  /** Absolute path or glob. */
  readonly path: string;
  readonly format?: "ndjson" | "csv";
  /** Where files are begun that are there at the first start. */
  readonly from: "start" | "end";
}

export interface ReplaySource extends FilesEntry {
  readonly kind: "replay";
  /** Times the speed of the clock; Infinity: as fast as it goes. */
  readonly speed: number;
  readonly loop: boolean;
  /** Moves all times so that the first row is of now. */
  readonly shift: boolean;
  /** A live system's store: its rows are replayed instead of files, as `kind: log` or a command says. */
  readonly log?: string;
  /** Rows are made instead of read, as `kind: synthetic` with `from` and `until` says. */
  readonly synthetic?: SyntheticHistory;
}

export interface SyntheticSource extends Entry {
  readonly kind: "synthetic";
  readonly generator: "sine" | "random_walk" | "poisson";
  readonly ratePerSecond: number;
  readonly seed: number;
  readonly keys: number;
  readonly mean: number;
  readonly amplitude: number;
  readonly periodUs: number;
  readonly step: number;
}

/** The rows that a generator makes from one time to before another. */
export interface SyntheticHistory {
  readonly config: SyntheticSource;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** A source with rows that lie in files, or that are made alike each time. */
export type HistorySource = FileSource | ReplaySource;

export type DataSourceConfig =
  | HistorySource
  | HttpSource
  | WebSocketSource
  | KafkaSource
  | TailSource
  | SyntheticSource;

/** Whether a bounded run can read it. */
export function hasHistory(entry: DataSourceConfig): entry is HistorySource {
  return entry.kind === "file" || entry.kind === "replay";
}
