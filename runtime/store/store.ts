/** The port: history of sources, features and set columns, and the book of runs. */
import type {
  Block,
  BlockDraft,
  BlockInfo,
  PluginDraft,
  PluginRecord,
  RunDraft,
  RunOutcome,
  RunRecord,
  SeriesDescription,
  SeriesDraft,
  SeriesFilter,
  SeriesRecord,
  TimeRange,
} from "./records.ts";

/**
 * One open store. Calls may overlap; none blocks the calling thread on a file store in a worker.
 * Failures of the store are `FeaturizerError`s, misuse is a `TypeError` or `RangeError`.
 */
export interface Store extends AsyncDisposable {
  /** Path or URL, without secrets. */
  readonly name: string;

  /** The complete series of this key. */
  findSeries(reuseKey: string): Promise<SeriesRecord | undefined>;

  /** Complete series, newest first. */
  listSeries(filter?: SeriesFilter): Promise<readonly SeriesRecord[]>;

  /** The newest complete series of this name, with statistics over all its blocks. */
  describeSeries(name: string, kind?: SeriesFilter["kind"]): Promise<SeriesDescription | undefined>;

  /** Begins a series that nobody sees before its commit; any number may be open at once. */
  openSeriesWriter(series: SeriesDraft): Promise<SeriesWriter>;

  /** Writes and commits a whole series; on a failure of `blocks` or of the store nothing remains. */
  writeSeries(
    series: SeriesDraft,
    blocks: AsyncIterable<BlockDraft> | Iterable<BlockDraft>,
  ): Promise<SeriesRecord>;

  /** The blocks of a series without their data, in time order. */
  listBlocks(seriesId: number, range?: TimeRange): Promise<readonly BlockInfo[]>;

  /** Blocks in time order, one in memory at a time; fails if the series is deleted meanwhile. */
  readBlocks(seriesId: number, range?: TimeRange): AsyncIterable<Block>;

  /** Deletes a series and gives its space back; false if there was none. */
  deleteSeries(seriesId: number): Promise<boolean>;

  /** Notes that a run has begun; answers its id. */
  startRun(run: RunDraft): Promise<number>;

  finishRun(id: number, outcome: RunOutcome): Promise<void>;

  /** Runs, newest first. */
  listRuns(limit?: number): Promise<readonly RunRecord[]>;

  /** Notes a plugin version; the first time counts. */
  recordPlugin(plugin: PluginDraft): Promise<void>;

  /** Plugin versions, newest first. */
  listPlugins(): Promise<readonly PluginRecord[]>;

  /** Waits for calls under way and releases everything; a second close does nothing. */
  close(): Promise<void>;
}

/** A series being written. Disposing of it without a commit aborts it. */
export interface SeriesWriter extends AsyncDisposable {
  /** Appends a block; its buffer belongs to the store from then on. */
  write(block: BlockDraft): Promise<void>;

  /** Makes the series visible and durable, in place of an older one with the same reuse key. */
  commit(): Promise<SeriesRecord>;

  /** Removes what was written; after a commit or an abort it does nothing. */
  abort(): Promise<void>;
}
