/**
 * The commands carried out by a worker, so that the native client blocks only that thread. The cast in
 * `#call` rests on the protocol: a response holds what the command of its request answers.
 */
import type { StagedBlock, StoreCommands } from "./commands.ts";
import type { OpenOptions } from "./libsql_commands.ts";
import type { StoreLocation } from "./location.ts";
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
import { type Unnumbered, WorkerChannel } from "./worker_channel.ts";
import type { CommandName, CommandRequest } from "./worker_protocol.ts";

export class WorkerCommands implements StoreCommands {
  readonly #channel: WorkerChannel;

  private constructor(channel: WorkerChannel) {
    this.#channel = channel;
  }

  /** Starts a worker and opens the store in it. */
  static async open(location: StoreLocation, options: OpenOptions): Promise<WorkerCommands> {
    const channel = new WorkerChannel();
    try {
      await channel.request({ kind: "open", location, options });
      return new WorkerCommands(channel);
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  findSeries(reuseKey: string): Promise<SeriesRecord | undefined> {
    return this.#call("findSeries", [reuseKey]);
  }

  listSeries(filter: SeriesFilter): Promise<readonly SeriesRecord[]> {
    return this.#call("listSeries", [filter]);
  }

  stageSeries(series: SeriesDraft, nowUs: number): Promise<number> {
    return this.#call("stageSeries", [series, nowUs]);
  }

  appendBlock(block: StagedBlock, nowUs: number): Promise<void> {
    const data = wholeBuffer(block.data);
    return this.#call("appendBlock", [{ ...block, data }, nowUs], [data.buffer]);
  }

  completeSeries(seriesId: number, nowUs: number): Promise<SeriesRecord> {
    return this.#call("completeSeries", [seriesId, nowUs]);
  }

  deleteSeries(seriesId: number): Promise<boolean> {
    return this.#call("deleteSeries", [seriesId]);
  }

  listBlocks(seriesId: number, range: TimeRange): Promise<readonly BlockInfo[]> {
    return this.#call("listBlocks", [seriesId, range]);
  }

  readBlock(seriesId: number, number: number): Promise<Block | undefined> {
    return this.#call("readBlock", [seriesId, number]);
  }

  startRun(run: RunDraft, nowUs: number): Promise<number> {
    return this.#call("startRun", [run, nowUs]);
  }

  finishRun(id: number, outcome: RunOutcome, nowUs: number): Promise<void> {
    return this.#call("finishRun", [id, outcome, nowUs]);
  }

  listRuns(limit: number): Promise<readonly RunRecord[]> {
    return this.#call("listRuns", [limit]);
  }

  recordPlugin(plugin: PluginDraft, nowUs: number): Promise<void> {
    return this.#call("recordPlugin", [plugin, nowUs]);
  }

  listPlugins(): Promise<readonly PluginRecord[]> {
    return this.#call("listPlugins", []);
  }

  async close(): Promise<void> {
    try {
      await this.#call("close", []);
    } finally {
      this.#channel.close();
    }
  }

  async #call<Name extends CommandName>(
    kind: Name,
    args: Parameters<StoreCommands[Name]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<StoreCommands[Name]>>> {
    const request = { kind, args } as Unnumbered<CommandRequest>;
    const answer = await this.#channel.request(request, transfer);
    return answer as Awaited<ReturnType<StoreCommands[Name]>>;
  }
}

/** A view of part of a buffer is copied: transferring it would take the rest along. */
function wholeBuffer(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}
