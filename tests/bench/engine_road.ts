/** The whole road: batches in memory, admission, slices, one plugin worker, result batches on this thread. */
import { lowerSet, type PhysicalPlan, type SetRequest, type SourcePlan } from "../../dsl/mod.ts";
import { asFlat, type Batch, type FlatColumn, SymbolTable } from "../../runtime/arrow/mod.ts";
import type { StreamData } from "../../runtime/engine/mod.ts";
import { pump } from "../../runtime/set/pump.ts";
import { type EntryReader, SourceFeed } from "../../runtime/set/source_feed.ts";
import { createDirectLauncher, openSites } from "../../runtime/worker/mod.ts";
import { keyName, KEYS, type MarketBatch } from "./market_rows.ts";
import type { TakeOutput } from "./output.ts";

/** Batches by the name of the source. */
export type MarketSources = Readonly<Record<string, readonly MarketBatch[]>>;

/** The plan of a set whose rows are handed over, once and for all runs. */
export function planRoad(request: Partial<SetRequest>): PhysicalPlan {
  return lowerSet({
    features: [],
    spine: undefined,
    startUs: -Infinity,
    endUs: Infinity,
    rowsOf: [],
    partitions: 1,
    ...request,
  });
}

/** Batches are given away with their buffers, so every run takes copies, made before the clock starts. */
export class EngineRoad {
  readonly #plan: PhysicalPlan;
  readonly #sources: MarketSources;
  readonly #symbols = new SymbolTable();
  #batches: Batch[][] = [];

  constructor(plan: PhysicalPlan, sources: MarketSources) {
    this.#plan = plan;
    this.#sources = sources;
    for (let key = 0; key < KEYS; key++) this.#symbols.intern(keyName(key));
  }

  prepare(): void {
    this.#batches = this.#plan.sources.map((source) =>
      this.#sources[source.source.name]!.map((batch) => copyBatch(source, batch))
    );
  }

  /** `begin` is called when the worker is open, before the first batch. */
  async run(take: TakeOutput, begin: () => void): Promise<void> {
    const plan = this.#plan;
    const launcher = createDirectLauncher();
    const onRows = (rows: StreamData) => take([rows.time, ...rows.columns.map(asFlat)]);
    await pump({
      plan,
      partitions: 1,
      symbols: this.#symbols,
      endUs: Infinity,
      openSites: (sites, listener) =>
        openSites(sites, {
          ...listener,
          launcher,
          partitions: 1,
        }),
      createFeeds: () => {
        begin();
        return Promise.resolve(plan.sources.map((source, place) => this.#feed(source, place)));
      },
      onResult: onRows,
      onRows: (_, rows) => onRows(rows),
      onDropped: () => {},
    });
  }

  #feed(plan: SourcePlan, place: number): SourceFeed {
    const reader = memoryReader(this.#batches[place]!, plan.source.name);
    return new SourceFeed({ plan, symbols: this.#symbols, entries: [reader] });
  }
}

/** The columns that a plan reads, in buffers of their own. */
export function copyBatch({ reads }: SourcePlan, { length, columns }: MarketBatch): Batch {
  return { length, columns: reads.map(({ name }) => columns[name]!.slice() as FlatColumn) };
}

/** A reader of rows that are there already; what it has handed over it holds no longer. */
export function memoryReader(batches: readonly Batch[], file: string): EntryReader {
  const waiting = [...batches];
  let firstRow = 1;
  return {
    bytesRead: 0,
    bytesTotal: 0,
    read() {
      const batch = waiting.shift();
      if (!batch) return Promise.resolve(undefined);
      const block = { batch, firstRow, file, rejected: [] };
      firstRow += batch.length;
      return Promise.resolve(block);
    },
    close: () => Promise.resolve(),
  };
}
