/** The sites that compute columns with functions of plugins. */
import type { PhysicalPlan } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import { PlanRun, type PlanRunOptions, type PrepareColumns, type RowError } from "../../set/mod.ts";

export interface ComputingSitesOptions {
  readonly plan: PhysicalPlan;
  readonly symbols: SymbolTable;
  readonly openSites: PlanRunOptions["openSites"];
  /** Hears of rows with a computed column that is null because its function failed. */
  readonly onRowErrors: (errors: readonly RowError[]) => void;
}

/** One run at a time; one that failed is replaced at the next use. */
export class ComputingSites implements AsyncDisposable {
  readonly #options: ComputingSitesOptions;
  #opened: Promise<Opened> | undefined;

  constructor(options: ComputingSitesOptions) {
    this.#options = options;
  }

  /** What computes the columns of a source of the plan; undefined if no site does. */
  prepareOf(source: number): PrepareColumns | undefined {
    if (!this.#options.plan.sources[source]!.prepare) return undefined;
    return async (batch, firstRow) => {
      const opening = this.#opened ??= this.#open();
      try {
        const { prepares } = await opening;
        return await prepares[source]!(batch, firstRow);
      } catch (error) {
        await this.#drop(opening);
        throw error;
      }
    };
  }

  async close(): Promise<void> {
    if (this.#opened) await this.#drop(this.#opened);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(): Promise<Opened> {
    const run = await PlanRun.open({ ...this.#options, partitions: 1, rowErrors: "null" });
    return { run, prepares: this.#options.plan.sources.map((_, source) => run.prepareOf(source)) };
  }

  async #drop(opening: Promise<Opened>): Promise<void> {
    if (this.#opened !== opening) return;
    this.#opened = undefined;
    // What did not open has told why to those who waited for it.
    const opened = await opening.catch(() => undefined);
    await opened?.run.close();
  }
}

interface Opened {
  readonly run: PlanRun;
  readonly prepares: readonly (PrepareColumns | undefined)[];
}
