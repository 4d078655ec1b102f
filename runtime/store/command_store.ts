/** The port on top of commands, wherever those are carried out. */
import type { StoreCommands } from "./commands.ts";
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
import { FeaturizerError } from "../errors.ts";
import { CommandSeriesWriter } from "./series_writer.ts";
import { mergeStatistics } from "./statistics.ts";
import type { SeriesWriter, Store } from "./store.ts";

export interface CommandStoreOptions {
  readonly name: string;
  /** Wall clock. */
  readonly nowUs: () => number;
}

const DEFAULT_RUNS = 100;

export class CommandStore implements Store {
  readonly name: string;
  readonly #commands: StoreCommands;
  readonly #nowUs: () => number;
  #closing: Promise<void> | undefined;

  constructor(commands: StoreCommands, { name, nowUs }: CommandStoreOptions) {
    this.name = name;
    this.#commands = commands;
    this.#nowUs = nowUs;
  }

  async findSeries(reuseKey: string): Promise<SeriesRecord | undefined> {
    return await this.#open().findSeries(reuseKey);
  }

  async listSeries(filter: SeriesFilter = {}): Promise<readonly SeriesRecord[]> {
    return await this.#open().listSeries(filter);
  }

  async describeSeries(
    name: string,
    kind?: SeriesFilter["kind"],
  ): Promise<SeriesDescription | undefined> {
    const commands = this.#open();
    const [series] = await commands.listSeries({ name, ...(kind !== undefined && { kind }) });
    if (!series) return undefined;
    const blocks = await commands.listBlocks(series.id, {});
    return { series, statistics: mergeStatistics(blocks) };
  }

  async openSeriesWriter(series: SeriesDraft): Promise<SeriesWriter> {
    return await CommandSeriesWriter.open(this.#open(), series, this.#nowUs);
  }

  async writeSeries(
    series: SeriesDraft,
    blocks: AsyncIterable<BlockDraft> | Iterable<BlockDraft>,
  ): Promise<SeriesRecord> {
    await using writer = await this.openSeriesWriter(series);
    for await (const block of blocks) await writer.write(block);
    return await writer.commit();
  }

  async listBlocks(seriesId: number, range: TimeRange = {}): Promise<readonly BlockInfo[]> {
    return await this.#open().listBlocks(seriesId, range);
  }

  async *readBlocks(seriesId: number, range: TimeRange = {}): AsyncGenerator<Block> {
    for (const { number } of await this.listBlocks(seriesId, range)) {
      const block = await this.#open().readBlock(seriesId, number);
      if (!block) throw vanishedSeries(this.name);
      yield block;
    }
  }

  async deleteSeries(seriesId: number): Promise<boolean> {
    return await this.#open().deleteSeries(seriesId);
  }

  async startRun(run: RunDraft): Promise<number> {
    return await this.#open().startRun(run, this.#nowUs());
  }

  async finishRun(id: number, outcome: RunOutcome): Promise<void> {
    await this.#open().finishRun(id, outcome, this.#nowUs());
  }

  async listRuns(limit: number = DEFAULT_RUNS): Promise<readonly RunRecord[]> {
    return await this.#open().listRuns(limit);
  }

  async recordPlugin(plugin: PluginDraft): Promise<void> {
    await this.#open().recordPlugin(plugin, this.#nowUs());
  }

  async listPlugins(): Promise<readonly PluginRecord[]> {
    return await this.#open().listPlugins();
  }

  close(): Promise<void> {
    this.#closing ??= this.#commands.close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(): StoreCommands {
    if (this.#closing) throw new TypeError(`Cannot use store "${this.name}": it is closed`);
    return this.#commands;
  }
}

function vanishedSeries(store: string): FeaturizerError {
  return new FeaturizerError(
    `Cannot read from store "${store}": the series was replaced while it was read`,
    {
      code: "STORE_SERIES_LOST",
      domain: "external",
      retry: "backoff",
      hint: "Another run wrote it anew; read it again.",
    },
  );
}
