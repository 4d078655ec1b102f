/**
 * The store: history of sources, features and set columns in libSQL; the only importer of the libSQL client.
 *
 * - `store.ts` the port, `records.ts` its data, `open_store.ts` the way in, `location.ts` paths and URLs
 * - `command_store.ts`, `series_writer.ts`, `statistics.ts` the port on top of `commands.ts`
 * - `libsql_commands.ts` the commands in this thread: `series_commands.ts`, `block_commands.ts`,
 *   `run_commands.ts`, `rows.ts` on a `connection.ts` with `migrations.ts` and `store_error.ts`
 * - `worker_commands.ts`, `worker_caller.ts`, `worker_channel.ts`, `worker_protocol.ts`, `worker_main.ts`,
 *   `transferables.ts` the same in a worker; `prepared_threads.ts` starts them before they are needed
 * - `event_log.ts` the port of the log of live rows, `open_event_log.ts` the way in: `command_event_log.ts` with
 *   `group_commit.ts` on top of `log_commands.ts`, which `libsql_log.ts` and `worker_log.ts` carry out
 * - `live_store.ts` the port of checkpoints, `open_checkpoint_store.ts` the way in: `command_checkpoint_store.ts`
 *   on top of `checkpoint_commands.ts`, which `libsql_checkpoints.ts` and `worker_checkpoints.ts` carry out;
 *   `state_parts.ts` and `state_pages.ts` cut states so that only what changed is written
 * - `open_two.ts` a file's two connections, of which one writes
 * - `inspect_store.ts` whether the files are whole, for who looks for a fault
 * - `hold_store.ts` one server at a time: `file_hold.ts` a lock, `server_hold.ts` a lease
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
  LogRetention,
} from "./event_log.ts";
export type {
  Checkpoint,
  CheckpointDraft,
  CheckpointInfo,
  CheckpointStore,
  ErrorRow,
  RowBlockRecord,
  ServedValue,
  StateData,
} from "./live_store.ts";
export { holdStore, type StoreHold } from "./hold_store.ts";
export { inspectStore, type StoreFileReport } from "./inspect_store.ts";
export { openCheckpointStore } from "./open_checkpoint_store.ts";
export { openEventLog } from "./open_event_log.ts";
export { DEFAULT_STORE, openStore, type StoreOptions } from "./open_store.ts";
export { openScratch, type Scratch } from "./scratch.ts";
export type { SeriesWriter, Store } from "./store.ts";
export { PreparedThreads } from "./prepared_threads.ts";
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
