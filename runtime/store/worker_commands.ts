/** The commands of history carried out by a worker. */
import type { StagedBlock, StoreCommands } from "./commands.ts";
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
import { WorkerCaller, type WorkerPlace } from "./worker_caller.ts";

export class WorkerCommands implements StoreCommands {
  readonly #caller: WorkerCaller<StoreCommands>;

  private constructor(caller: WorkerCaller<StoreCommands>) {
    this.#caller = caller;
  }

  /** Starts a worker and opens the store in it. */
  static async open(place: WorkerPlace): Promise<WorkerCommands> {
    return new WorkerCommands(await WorkerCaller.open({ ...place, role: "series" }));
  }

  findSeries(reuseKey: string): Promise<SeriesRecord | undefined> {
    return this.#caller.call("findSeries", [reuseKey]);
  }

  listSeries(filter: SeriesFilter): Promise<readonly SeriesRecord[]> {
    return this.#caller.call("listSeries", [filter]);
  }

  stageSeries(series: SeriesDraft, nowUs: number): Promise<number> {
    return this.#caller.call("stageSeries", [series, nowUs]);
  }

  appendBlock(block: StagedBlock, nowUs: number): Promise<void> {
    const data = wholeBuffer(block.data);
    return this.#caller.call("appendBlock", [{ ...block, data }, nowUs], [data.buffer]);
  }

  completeSeries(seriesId: number, nowUs: number): Promise<SeriesRecord> {
    return this.#caller.call("completeSeries", [seriesId, nowUs]);
  }

  deleteSeries(seriesId: number): Promise<boolean> {
    return this.#caller.call("deleteSeries", [seriesId]);
  }

  listBlocks(seriesId: number, range: TimeRange): Promise<readonly BlockInfo[]> {
    return this.#caller.call("listBlocks", [seriesId, range]);
  }

  readBlock(seriesId: number, number: number): Promise<Block | undefined> {
    return this.#caller.call("readBlock", [seriesId, number]);
  }

  startRun(run: RunDraft, nowUs: number): Promise<number> {
    return this.#caller.call("startRun", [run, nowUs]);
  }

  finishRun(id: number, outcome: RunOutcome, nowUs: number): Promise<void> {
    return this.#caller.call("finishRun", [id, outcome, nowUs]);
  }

  listRuns(limit: number): Promise<readonly RunRecord[]> {
    return this.#caller.call("listRuns", [limit]);
  }

  recordPlugin(plugin: PluginDraft, nowUs: number): Promise<void> {
    return this.#caller.call("recordPlugin", [plugin, nowUs]);
  }

  listPlugins(): Promise<readonly PluginRecord[]> {
    return this.#caller.call("listPlugins", []);
  }

  close(): Promise<void> {
    return this.#caller.close();
  }
}

/** A view of part of a buffer is copied: transferring it would take the rest along. */
export function wholeBuffer(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}
