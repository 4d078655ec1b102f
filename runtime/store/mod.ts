/**
 * The store: history of sources, features and set columns in libSQL; the only importer of the libSQL client.
 *
 * - `store.ts` the port, `records.ts` its data, `open_store.ts` the way in, `location.ts` paths and URLs
 * - `command_store.ts`, `series_writer.ts`, `statistics.ts` the port on top of `commands.ts`
 * - `libsql_commands.ts` the commands in this thread: `series_commands.ts`, `block_commands.ts`,
 *   `run_commands.ts`, `rows.ts` on a `connection.ts` with `migrations.ts` and `store_error.ts`
 * - `worker_commands.ts`, `worker_channel.ts`, `worker_protocol.ts`, `worker_main.ts` the same in a worker
 * - `scratch.ts` rows that a run puts aside, in files that end with it
 *
 * @module
 */
export type {
  DecisionCounts,
  EventLog,
  KeyedRows,
  LateReason,
  LateRow,
  LogDraft,
  LogEnd,
  LogEntry,
} from "./event_log.ts";
export type {
  Checkpoint,
  CheckpointDraft,
  CheckpointInfo,
  CheckpointStore,
  ErrorRow,
  OnlineRow,
  RowBlockRecord,
  StateData,
} from "./live_store.ts";
export { openCheckpointStore } from "./open_checkpoint_store.ts";
export { openEventLog } from "./open_event_log.ts";
export { DEFAULT_STORE, openStore, type StoreOptions } from "./open_store.ts";
export { openScratch, type Scratch } from "./scratch.ts";
export type { SeriesWriter, Store } from "./store.ts";
export type {
  Block,
  BlockDraft,
  BlockInfo,
  ColumnStatistics,
  JsonValue,
  PluginDraft,
  PluginRecord,
  RunDraft,
  RunOutcome,
  RunRecord,
  SeriesColumn,
  SeriesDescription,
  SeriesDraft,
  SeriesFilter,
  SeriesKind,
  SeriesRecord,
  TimeRange,
} from "./records.ts";
