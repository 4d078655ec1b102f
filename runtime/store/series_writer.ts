/**
 * One series on its way into a store.
 *
 * W1 Nothing is visible before `commit` resolves, everything after.
 * W2 After a failed write the writer only aborts; if that fails too, the first failure is the one to tell,
 *    and opening a store later sweeps what remains.
 */
import type { StoreCommands } from "./commands.ts";
import type { BlockDraft, SeriesDraft, SeriesRecord } from "./records.ts";
import type { SeriesWriter } from "./store.ts";

type State = "open" | "failed" | "closed";

export class CommandSeriesWriter implements SeriesWriter {
  readonly #commands: StoreCommands;
  readonly #nowUs: () => number;
  readonly #seriesId: number;
  #state: State = "open";
  #nextNumber = 0;
  #endUs = -Infinity;

  private constructor(commands: StoreCommands, nowUs: () => number, seriesId: number) {
    this.#commands = commands;
    this.#nowUs = nowUs;
    this.#seriesId = seriesId;
  }

  static async open(
    commands: StoreCommands,
    series: SeriesDraft,
    nowUs: () => number,
  ): Promise<CommandSeriesWriter> {
    return new CommandSeriesWriter(commands, nowUs, await commands.stageSeries(series, nowUs()));
  }

  async write(block: BlockDraft): Promise<void> {
    this.#checkOpen("write");
    checkBlock(block, this.#endUs);
    this.#endUs = block.endUs;
    const staged = { ...block, seriesId: this.#seriesId, number: this.#nextNumber++ };
    await this.#attempt(() => this.#commands.appendBlock(staged, this.#nowUs()));
  }

  async commit(): Promise<SeriesRecord> {
    this.#checkOpen("commit");
    const record = await this.#attempt(() =>
      this.#commands.completeSeries(this.#seriesId, this.#nowUs())
    );
    this.#state = "closed";
    return record;
  }

  async abort(): Promise<void> {
    const before = this.#state;
    if (before === "closed") return;
    this.#state = "closed";
    try {
      await this.#commands.deleteSeries(this.#seriesId);
    } catch (error) {
      if (before !== "failed") throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  async #attempt<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } catch (error) {
      this.#state = "failed";
      throw error;
    }
  }

  #checkOpen(act: string): void {
    if (this.#state === "open") return;
    const state = this.#state === "closed" ? "it is committed or aborted" : "a write has failed";
    throw new TypeError(`Cannot ${act} series: ${state}`);
  }
}

function checkBlock(block: BlockDraft, previousEndUs: number): void {
  const { startUs, endUs, rows } = block;
  if (!Number.isSafeInteger(startUs) || !Number.isSafeInteger(endUs) || startUs > endUs) {
    throw new RangeError(`Cannot write block: its time range is ${startUs} to ${endUs}`);
  }
  if (startUs < previousEndUs) {
    throw new RangeError(`Cannot write block: it starts at ${startUs}, before ${previousEndUs}`);
  }
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(`Cannot write block: it has ${rows} rows`);
  }
}
