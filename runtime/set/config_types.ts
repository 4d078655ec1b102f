/** What a config says, after parsing: names resolved, times in microseconds, paths absolute. */
import type { ResultFormat } from "../arrow/mod.ts";
import type { FileFormat } from "../source/mod.ts";
import type { WorkerLimits } from "../worker/mod.ts";
import type { ColumnMapping, DataSourceConfig } from "./config_source_types.ts";

export type { ColumnMapping, DataSourceConfig };

export type ParameterValue = string | number | boolean;

export interface LabelConfig {
  /** Name of the feature. */
  readonly feature: string;
  readonly lookaheadUs: number;
  /** The label feature's own value is not among the columns. */
  readonly only: boolean;
  readonly nulls: "keep" | "drop";
}

export interface GridSpine {
  readonly kind: "grid";
  readonly everyUs: number;
  /** Feature or `plugin.stream` whose keys the grid has; default: the label feature, else the first. */
  readonly keys?: string;
}

export interface FeatureSpine {
  readonly kind: "feature";
  /** Name of a feature of this config, or a `plugin.stream`. */
  readonly feature: string;
}

export interface TableSpine {
  readonly kind: "table";
  /** Absolute path, or a URL. */
  readonly path: string;
  readonly format?: FileFormat;
  readonly keys: readonly string[];
  readonly time: string;
  readonly columns: Readonly<Record<string, ColumnMapping>>;
}

/** Of a live config that streams features but no set. */
export interface NoSpine {
  readonly kind: "none";
}

export type SpineConfig = GridSpine | FeatureSpine | TableSpine | NoSpine;

export interface FeatureConfig {
  /** `plugin.feature`. */
  readonly definition: string;
  readonly name: string;
  readonly params: {
    readonly feature: Readonly<Record<string, ParameterValue>>;
    /** Which data sources feed it, by their attributes; absent: all. */
    readonly dataSource?: readonly Readonly<Record<string, string>>[];
  };
  /** `feature` or `feature.column`, in the order of the formal inputs or by their names. */
  readonly deps: readonly string[] | Readonly<Record<string, string>>;
  /** Spine column to the key column that it fills, over the config's own `keys`. */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface OutputConfig {
  /** Absolute. */
  readonly path?: string;
  readonly format?: ResultFormat;
}

/** What is kept of a source's log; infinite where nothing is said. */
export interface LogRetentionConfig {
  /** By when rows arrived. */
  readonly ageUs: number;
  readonly bytes: number;
}

/** How a live run goes. */
export interface LiveOptions {
  /** How long rows may wait for others before they go on together. */
  readonly flushUs: number;
  /** Rows that go on without waiting. */
  readonly flushRows: number;
  readonly checkpoint: {
    readonly intervalUs: number;
    /** Rows after which one is taken before its time. */
    readonly rows: number;
    /** How many are kept, besides savepoints. */
    readonly retained: number;
  };
  /** Partitions of a pipeline's state when it is made. */
  readonly shards: number;
  /** Threads of a pipeline. */
  readonly workers: number;
  /** How long feature rows can be resumed from. */
  readonly retainRowsUs: number;
  /** How long pushed and pulled rows are kept. */
  readonly retainLog: LogRetentionConfig & {
    /** By `plugin.source`; others are kept as above. */
    readonly sources: Readonly<Record<string, LogRetentionConfig>>;
  };
  /** How far ahead of the clock a row may be. */
  readonly maxSkewUs: number;
  /** Share of keys, 0 to 1, whose served values are noted. */
  readonly servingLog: number;
}

/** What a config is read for: a bounded run, a live one, or a look that either would pass. */
export type ConfigPurpose = "run" | "serve" | "either";

/** A feature-label set to build, or features to keep live: plain data. */
export interface SetConfig {
  /** Path as the user wrote it. */
  readonly file: string;
  /** Absolute folder of the file; relative paths inside the config start here. */
  readonly folder: string;
  /** The YAML text, for errors that point into it. */
  readonly text: string;
  /** Names of built-in plugins, or absolute paths of modules. */
  readonly plugins: readonly string[];
  /** -Infinity where a live config does not say. */
  readonly startUs: number;
  /** Infinity where a live config does not say. */
  readonly endUs: number;
  readonly label?: LabelConfig;
  readonly featuresToStore: readonly string[];
  readonly spine: SpineConfig;
  /** Spine column to the key column that it fills, for every feature. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly dataSources: readonly DataSourceConfig[];
  readonly features: readonly FeatureConfig[];
  readonly live: LiveOptions;
  /** What the workers of plugins may use; the sandbox's own limits by default. */
  readonly limits?: WorkerLimits;
  readonly output?: OutputConfig;
}
