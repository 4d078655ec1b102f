/**
 * What one connection to a store does: each command takes plain data, gives plain data and is atomic,
 * so that it can be called in this thread or be a message to another.
 */
import type {
  Block,
  BlockDraft,
  BlockInfo,
  PluginDraft,
  PluginRecord,
  RunDraft,
  RunOutcome,
  RunRecord,
  SeriesDraft,
  SeriesFilter,
  SeriesRecord,
  TimeRange,
} from "./records.ts";

export interface StagedBlock extends BlockDraft {
  readonly seriesId: number;
  readonly number: number;
}

export interface StoreCommands {
  findSeries(reuseKey: string): Promise<SeriesRecord | undefined>;
  listSeries(filter: SeriesFilter): Promise<readonly SeriesRecord[]>;
  /** Answers the id of a new, invisible series. */
  stageSeries(series: SeriesDraft, nowUs: number): Promise<number>;
  /** Fails if the series is no longer staged. */
  appendBlock(block: StagedBlock, nowUs: number): Promise<void>;
  /** Makes a staged series visible in place of the one with its reuse key; durable when it returns. */
  completeSeries(seriesId: number, nowUs: number): Promise<SeriesRecord>;
  /** Staged or complete. */
  deleteSeries(seriesId: number): Promise<boolean>;
  listBlocks(seriesId: number, range: TimeRange): Promise<readonly BlockInfo[]>;
  readBlock(seriesId: number, number: number): Promise<Block | undefined>;
  startRun(run: RunDraft, nowUs: number): Promise<number>;
  finishRun(id: number, outcome: RunOutcome, nowUs: number): Promise<void>;
  listRuns(limit: number): Promise<readonly RunRecord[]>;
  recordPlugin(plugin: PluginDraft, nowUs: number): Promise<void>;
  listPlugins(): Promise<readonly PluginRecord[]>;
  close(): Promise<void>;
}
