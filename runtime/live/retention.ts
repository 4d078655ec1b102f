/**
 * What of a store nobody can need any more is given back.
 *
 * R1 Rows of a series are kept as long as subscribers may come back; those of series that are no more are measured
 *    by the foremost pipeline.
 * R2 Rows of the log are kept as the config says, and as long as a checkpoint goes on from them: every retained one
 *    of a running pipeline, every savepoint, and those of other pipelines while they are within the log's age.
 */
import type { LiveOptions } from "../set/mod.ts";
import type { CheckpointInfo, CheckpointStore, EventLog } from "../store/mod.ts";
import type { Clock } from "./clock.ts";

/** A pipeline as retention sees it. */
export interface RetainingPipeline {
  readonly name: string;
  readonly boundUs: number;
  status(): { readonly sources: readonly string[]; readonly series: readonly string[] };
}

export interface RetentionOptions {
  readonly pipelines: readonly RetainingPipeline[];
  readonly store: Pick<CheckpointStore, "list" | "storedSeries" | "pruneRows">;
  readonly log: Pick<EventLog, "starts" | "excess" | "prune">;
  readonly clock: Clock;
  readonly live: Pick<LiveOptions, "retainRowsUs" | "retainLog">;
}

export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  async prune(): Promise<void> {
    await this.#pruneRows();
    await this.#pruneLog();
  }

  async #pruneRows(): Promise<void> {
    const { pipelines, store, live: { retainRowsUs } } = this.#options;
    const bounds = new Map(
      pipelines.flatMap((pipeline) =>
        pipeline.status().series.map((series) => [series, pipeline.boundUs] as const)
      ),
    );
    const foremostUs = Math.max(...[...bounds.values()].filter(Number.isFinite));
    for (const series of await store.storedSeries()) {
      const beforeUs = (bounds.get(series) ?? foremostUs) - retainRowsUs;
      if (Number.isFinite(beforeUs)) await store.pruneRows(series, beforeUs);
    }
  }

  async #pruneLog(): Promise<void> {
    const { store, log, clock, live: { retainLog } } = this.#options;
    const kept = [retainLog, ...Object.values(retainLog.sources)];
    if (kept.every(({ ageUs, bytes }) => ageUs === Infinity && bytes === Infinity)) return;
    const checkpoints = await store.list();
    for (const [source, start] of await log.starts()) {
      const { ageUs, bytes } = retainLog.sources[source] ?? retainLog;
      if (ageUs === Infinity && bytes === Infinity) continue;
      const arrivedUs = clock.nowUs() - ageUs;
      const excess = await log.excess(source, { arrivedUs, bytes });
      const needed = this.#neededOf(source, checkpoints, arrivedUs);
      const before = Math.min(excess, needed);
      if (before > start) await log.prune(source, before);
    }
  }

  /** The first position that somebody goes on from. */
  #neededOf(source: string, checkpoints: readonly CheckpointInfo[], arrivedUs: number): number {
    const readers = this.#options.pipelines.filter((pipeline) =>
      pipeline.status().sources.includes(source)
    );
    const names = new Set(readers.map(({ name }) => name));
    const isNew = readers.some(({ name }) =>
      !checkpoints.some(({ pipeline }) => pipeline === name)
    );
    if (isNew) return 1;
    return 1 + Math.min(
      ...checkpoints.filter(({ pipeline, savepoint, createdUs }) =>
        names.has(pipeline) || savepoint !== undefined || createdUs >= arrivedUs
      ).flatMap(({ positions }) => positions[source] ?? []),
    );
  }
}
