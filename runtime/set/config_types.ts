/** What a config says, after parsing: names resolved, times in microseconds, paths absolute. */
import type { ResultFormat, TimeUnit } from "../arrow/mod.ts";
import type { FileFormat } from "../source/mod.ts";

export type ParameterValue = string | number | boolean;

/** Where a column is found in a file; `from` is its name there when it differs. */
export interface ColumnMapping {
  readonly from?: string;
  /** Unit of a timestamp that the file holds as a number. */
  readonly unit?: TimeUnit;
}

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

export type SpineConfig = GridSpine | FeatureSpine | TableSpine;

export interface DataSourceConfig {
  /** `plugin.source`. */
  readonly source: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Absolute paths, globs or URLs. */
  readonly path: string | readonly string[];
  readonly format?: FileFormat;
  readonly columns: Readonly<Record<string, ColumnMapping>>;
  readonly late: "drop" | "fail";
}

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

/** A feature-label set to build: plain data. */
export interface SetConfig {
  /** Path as the user wrote it. */
  readonly file: string;
  /** Absolute folder of the file; relative paths inside the config start here. */
  readonly folder: string;
  /** The YAML text, for errors that point into it. */
  readonly text: string;
  /** Names of built-in plugins, or absolute paths of modules. */
  readonly plugins: readonly string[];
  readonly startUs: number;
  readonly endUs: number;
  readonly label?: LabelConfig;
  readonly featuresToStore: readonly string[];
  readonly spine: SpineConfig;
  /** Spine column to the key column that it fills, for every feature. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly dataSources: readonly DataSourceConfig[];
  readonly features: readonly FeatureConfig[];
  readonly output?: OutputConfig;
}
