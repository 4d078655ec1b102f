/** Live systems: sources that stay open, pipelines that stay up, online reads, and rows for those who follow. */
export { type Clock, SYSTEM_CLOCK } from "./clock.ts";
export type {
  CellValue,
  ConnectorStatus,
  ErrorRecord,
  LateRecord,
  LiveCatalog,
  LiveSeriesInfo,
  LiveSourceInfo,
  LiveStatus,
  LiveSystem,
  OnlineAnswer,
  OnlineRequest,
  OnlineStatus,
  OnlineValue,
  PipelineStatus,
  PushOptions,
  PushReceipt,
  SeriesListener,
  SeriesRows,
  SourceStatus,
} from "./live_system.ts";
export { replayConfig, type ReplayOptions } from "./replay_config.ts";
export { withSpeed } from "./sources/create_connector.ts";
export { openLive, type OpenLiveOptions } from "./open_live.ts";
export type { RowDifference } from "./history/compare_rows.ts";
export type { ServedDifference } from "./history/verify_served.ts";
export { verifyLive, type VerifyOptions, type VerifyReport } from "./history/verify.ts";
