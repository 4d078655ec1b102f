/** Feature-label sets: the YAML config, spines, labels, the bounded run, and what is stored of it. */
export { buildSet } from "./build_set.ts";
export { CASES_ENDING, casesBeside } from "./cases/case_file.ts";
export { tableText, type TextTable } from "./cases/case_table.ts";
export {
  type CaseFailure,
  type CaseOptions,
  type CaseResult,
  runCases,
  type WrongCell,
} from "./cases/run_cases.ts";
export {
  checkLeakage,
  type Leak,
  type LeakageOptions,
  type LeakageReport,
  type LeakageTrial,
} from "./leakage/check_leakage.ts";
export { BUILT_IN_PLUGINS } from "./built_in_plugins.ts";
export { withCode } from "./coded_sites.ts";
export { loadConfig, parseConfig } from "./config.ts";
export { ConfigError, located } from "./config_error.ts";
export { openEntry, openPresent, spreadColumns } from "./entries.ts";
export { computeHere, type EntryReader, type PrepareColumns } from "./source_feed.ts";
export { type JsonPath, type JsonStep, parseJsonPath } from "./config_json_path.ts";
export { parseSpeed } from "./config_scalars.ts";
export { decodeRows, encodeRows, type LoggedRows } from "./logged_rows.ts";
export { hasHistory } from "./config_source_types.ts";
export { SyntheticRows } from "./synthetic_rows.ts";
export { type SyntheticPlace, SyntheticTimes } from "./synthetic_times.ts";
export { fetchRemoteFiles } from "./remote_files.ts";
export type {
  FileSource,
  HistorySource,
  HttpSource,
  JsonText,
  KafkaSource,
  ReplaySource,
  Secret,
  SyntheticSource,
  TailSource,
  WebSocketSource,
} from "./config_source_types.ts";
export type {
  ColumnMapping,
  ConfigPurpose,
  DataSourceConfig,
  FeatureConfig,
  LiveOptions,
  SetConfig,
  SpineConfig,
} from "./config_types.ts";
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
export {
  type DescribedSite,
  PlanRun,
  type PlanRunOptions,
  type SliceInput,
  type SliceOutput,
} from "./plan_run.ts";
export { type PreparedRun, prepareRun, type RunContext } from "./prepared.ts";
export { runSet } from "./run.ts";
export { createSetFeatures } from "./set_features.ts";
export type { RowError, SiteState } from "./slice_ledger.ts";
export { memoryShelf, type Shelf, type SpillsState } from "./spills.ts";
export { type SpanAhead, TickSpans } from "./tick_spans.ts";
export { bindSpine, type BoundSpine } from "./spine.ts";
