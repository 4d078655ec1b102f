/** Feature-label sets: the YAML config, spines, labels, the bounded run, and what is stored of it. */
export { buildSet } from "./build_set.ts";
export { loadConfig, parseConfig } from "./config.ts";
export { ConfigError, located } from "./config_error.ts";
export type { DataSourceConfig, FeatureConfig, SetConfig, SpineConfig } from "./config_types.ts";
export {
  columnsRead,
  type EvaluatedRows,
  type EvaluateFeature,
  type EvaluateRequest,
  type EvaluateResult,
  evaluateSet,
  type EvaluateSource,
  type EvaluateSpine,
} from "./evaluate.ts";
export { type LoadedPlugins, loadPlugins, requireCorrect } from "./load_plugins.ts";
export type { LateReport, RunOptions, RunProgress, SetReport } from "./report.ts";
export { type PreparedRun, prepareRun, type RunContext } from "./prepared.ts";
export { runSet } from "./run.ts";
export { createSetFeatures } from "./set_features.ts";
