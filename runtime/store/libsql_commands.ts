/** The commands on a connection of this thread. A file store blocks the thread while it works. */
import { appendBlock, listBlocks, readBlock } from "./block_commands.ts";
import type { StagedBlock, StoreCommands } from "./commands.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { StoreLocation } from "./location.ts";
import { migrate } from "./migrations.ts";
import type {
  Block,
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
import { finishRun, listPlugins, listRuns, recordPlugin, startRun } from "./run_commands.ts";
import {
  completeSeries,
  deleteSeries,
  findSeries,
  listSeries,
  stageSeries,
  sweepStaged,
} from "./series_commands.ts";
import { isLocked } from "./store_error.ts";

export interface OpenOptions extends ConnectionOptions {
  readonly nowUs: number;
}

/** Pages of 32 KiB given back to the disk: all of a deletion's, and as many as a close may take time for. */
const RECLAIM_ALL = 0;
const RECLAIM_AT_CLOSE = 4096;

export class LibsqlCommands implements StoreCommands {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Connects, migrates and sweeps what crashed writers left. */
  static async open(location: StoreLocation, options: OpenOptions): Promise<LibsqlCommands> {
    const connection = await Connection.open(location, options);
    try {
      await migrate(connection, options.nowUs);
      if (await sweepStaged(connection, options.nowUs) > 0) await reclaim(connection, RECLAIM_ALL);
      return new LibsqlCommands(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  findSeries(reuseKey: string): Promise<SeriesRecord | undefined> {
    return findSeries(this.#connection, reuseKey);
  }

  listSeries(filter: SeriesFilter): Promise<readonly SeriesRecord[]> {
    return listSeries(this.#connection, filter);
  }

  stageSeries(series: SeriesDraft, nowUs: number): Promise<number> {
    return stageSeries(this.#connection, series, nowUs);
  }

  appendBlock(block: StagedBlock, nowUs: number): Promise<void> {
    return appendBlock(this.#connection, block, nowUs);
  }

  completeSeries(seriesId: number, nowUs: number): Promise<SeriesRecord> {
    return completeSeries(this.#connection, seriesId, nowUs);
  }

  async deleteSeries(seriesId: number): Promise<boolean> {
    const deleted = await deleteSeries(this.#connection, seriesId);
    if (deleted) await reclaim(this.#connection, RECLAIM_ALL);
    return deleted;
  }

  listBlocks(seriesId: number, range: TimeRange): Promise<readonly BlockInfo[]> {
    return listBlocks(this.#connection, seriesId, range);
  }

  readBlock(seriesId: number, number: number): Promise<Block | undefined> {
    return readBlock(this.#connection, seriesId, number);
  }

  startRun(run: RunDraft, nowUs: number): Promise<number> {
    return startRun(this.#connection, run, nowUs);
  }

  finishRun(id: number, outcome: RunOutcome, nowUs: number): Promise<void> {
    return finishRun(this.#connection, id, { outcome, nowUs });
  }

  listRuns(limit: number): Promise<readonly RunRecord[]> {
    return listRuns(this.#connection, limit);
  }

  recordPlugin(plugin: PluginDraft, nowUs: number): Promise<void> {
    return recordPlugin(this.#connection, plugin, nowUs);
  }

  listPlugins(): Promise<readonly PluginRecord[]> {
    return listPlugins(this.#connection);
  }

  async close(): Promise<void> {
    try {
      await reclaim(this.#connection, RECLAIM_AT_CLOSE);
      await unlessLocked(() => this.#connection.checkpoint());
    } finally {
      this.#connection.close();
    }
  }
}

function reclaim(connection: Connection, pages: number): Promise<void> {
  return unlessLocked(() => connection.reclaim(pages));
}

/** Tidying waits for another time when another process is at work. */
export async function unlessLocked(tidy: () => Promise<void>): Promise<void> {
  try {
    await tidy();
  } catch (error) {
    if (!isLocked(error)) throw error;
  }
}
