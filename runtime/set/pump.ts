/**
 * The heart of a bounded run: cuts the ordered rows of all sources into slices, sends them to the sites, and
 * hands on what comes back, in order.
 *
 * R1 A slice holds the rows of every source in [last bound, bound); the bound is the least watermark.
 * R2 At most `MAX_IN_FLIGHT` slices are between being sent and being written, so every queue has a bound.
 * R3 Results are handed on slice by slice, merged over partitions.
 */
import type { PhysicalPlan, ResultEdge, SitePlan, SourceEdge } from "../../dsl/mod.ts";
import type { Batch, ColumnData, SymbolTable } from "../arrow/mod.ts";
import {
  type BoundSitePlan,
  type Destination,
  firstAtLeast,
  type Frame,
  gatherRows,
  mergeParts,
  partitionRows,
  type SiteDescription,
  sliceRows,
  type StreamData,
} from "../engine/mod.ts";
import type { OpenSites, SiteListener } from "../worker/mod.ts";
import { bindTexts } from "./bind_texts.ts";
import { ReplyBox } from "./reply_box.ts";
import { SliceLedger } from "./slice_ledger.ts";
import type { PrepareColumns, SourceFeed } from "./source_feed.ts";

export interface PumpOptions {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly symbols: SymbolTable;
  /** No row at or past it is used. */
  readonly endUs: number;
  openSites(descriptions: readonly SiteDescription[], listener: SiteListener): Promise<OpenSites>;
  /** One feed per source of the plan. */
  createFeeds(
    prepareOf: (source: number) => PrepareColumns | undefined,
  ): Promise<readonly SourceFeed[]>;
  /** The rows of a spine table, in order of time. */
  readonly table?: StreamData;
  onResult(rows: StreamData): Promise<void> | void;
  onRows(feature: number, rows: StreamData): Promise<void> | void;
  onDropped(rows: number): void;
  onProgress?(feeds: readonly SourceFeed[]): void;
  readonly signal?: AbortSignal;
}

const MAX_IN_FLIGHT = 6;

/** Runs a plan to the end of its sources, or to `endUs`. */
export async function pump(options: PumpOptions): Promise<void> {
  const run = new Pump(options);
  try {
    await run.run();
  } finally {
    await run.close();
  }
}

class Pump {
  readonly #options: PumpOptions;
  readonly #ledger: SliceLedger;
  readonly #replies = new ReplyBox();
  readonly #failure = Promise.withResolvers<never>();
  readonly #told = new Map<string, number>();
  #sites: OpenSites | undefined;
  #feeds: readonly SourceFeed[] = [];
  /** Texts of symbols by code, for the order of keys. */
  readonly #texts: string[] = [];
  #slice = 0;
  #table: StreamData | undefined;

  constructor(options: PumpOptions) {
    const { plan, partitions } = options;
    this.#options = options;
    this.#table = options.table;
    this.#failure.promise.catch(() => {});
    const active = plan.sites.filter(({ operations }) => operations.length > 0).length;
    this.#ledger = new SliceLedger(
      active * partitions,
      (slice, frames) => this.#deliver(slice, frames),
    );
    options.signal?.addEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => this.#failure.reject(this.#options.signal?.reason);

  async run(): Promise<void> {
    const { plan, symbols, partitions, signal } = this.#options;
    signal?.throwIfAborted();
    const codes = bindTexts(plan, symbols);
    const descriptions = plan.sites.map((site) => describe(site, partitions, codes));
    this.#sites = await this.#options.openSites(descriptions, {
      onFrame: (frame) => this.#receive(frame),
      onDone: (_site, _partition, slice) => this.#ledger.done(slice),
      onFailure: (error) => this.#failure.reject(error),
    });
    this.#feeds = await this.#options.createFeeds((source) => this.#prepareOf(source));
    await this.#orFail(this.#pumpSlices());
    await this.#orFail(this.#ledger.drained());
  }

  /** Replies that a batch on its way still waits for never come then; a delivery under way ends first. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#failure.reject(new Error("Cannot go on with the run: it is over"));
    const deliveries = this.#ledger.close();
    try {
      await this.#sites?.close();
    } finally {
      await Promise.all([deliveries, ...this.#feeds.map((feed) => feed.close())]);
    }
  }

  async #pumpSlices(): Promise<void> {
    const { endUs, signal, onProgress } = this.#options;
    let sentUs = -Infinity;
    for (;;) {
      signal?.throwIfAborted();
      const laggard = this.#laggard();
      if (laggard) await this.#orFail(laggard.advance());
      onProgress?.(this.#feeds);
      const boundUs = Math.min(endUs, ...this.#feeds.map(({ admission }) => admission.watermarkUs));
      const isLast = boundUs === endUs || !this.#laggard();
      if (!isLast && !(boundUs > sentUs)) continue;
      const carriedUs = Math.max(...this.#feeds.map(({ admission }) => admission.carriedUntilUs)) +
        1;
      if (carriedUs > sentUs && carriedUs < boundUs) {
        await this.#orFail(this.#ledger.room(MAX_IN_FLIGHT));
        this.#sendSlice(carriedUs, false);
      }
      await this.#orFail(this.#ledger.room(MAX_IN_FLIGHT));
      this.#sendSlice(boundUs, isLast);
      sentUs = boundUs;
      if (isLast) return;
    }
  }

  /** The source that holds the others back. */
  #laggard(): SourceFeed | undefined {
    return this.#feeds.filter(({ ended }) => !ended).reduce<SourceFeed | undefined>(
      (least, feed) =>
        !least || feed.admission.watermarkUs < least.admission.watermarkUs ? feed : least,
      undefined,
    );
  }

  /** At the end of all sources open windows close: the last bound is infinite, unless `endUs` came first. */
  #sendSlice(boundUs: number, isLast: boolean): void {
    const { plan, endUs } = this.#options;
    const allEnded = this.#feeds.every(({ ended }) => ended);
    const untilUs = isLast && allEnded ? Infinity : boundUs;
    this.#ledger.open(this.#slice);
    const limitUs = Math.min(untilUs, endUs);
    const released = this.#feeds.map((feed) => feed.release(limitUs));
    const lastTimesUs = this.#feeds.map(({ ended, admission }) =>
      ended ? admission.lastTimeUs : Infinity
    );
    const bounds = { untilUs, isLast, lastTimesUs };
    released.forEach((rows, source) => {
      const edges = plan.sourceEdges.filter((edge) => edge.source === source);
      edges.forEach((edge, index) =>
        this.#sendRows(edge, rows, { bounds, keep: index < edges.length - 1, source })
      );
    });
    if (plan.tableEdge) this.#sendTable(plan.tableEdge, untilUs, bounds);
    for (const { edge, to } of plan.tickEdges) {
      this.#sendSplit(edge, to, { bounds, parts: this.#everyPartition(() => EMPTY_BATCH) });
    }
    this.#slice++;
  }

  #sendRows(
    edge: SourceEdge,
    rows: StreamData,
    { bounds, keep, source }: { bounds: Bounds; keep: boolean; source: number },
  ): void {
    const { plan, partitions } = this.#options;
    const names = plan.sources[source]!.columns.map(({ name }) => name);
    const places = edge.columns.map((name) => names.indexOf(name));
    const picked = { ...rows, columns: places.map((place) => rows.columns[place]!) };
    const keys = edge.keys.map((name) => rows.columns[names.indexOf(name)]!);
    const parts = partitions === 1
      ? [keep ? copied(picked) : toBatch(picked)]
      : partitionRows(keys, rows.length, partitions).map((mine) =>
        toBatch(gatherRows(picked, mine))
      );
    this.#sendSplit(edge.edge, edge.to, { bounds, parts });
  }

  #sendTable(
    { edge, to, keys }: NonNullable<PhysicalPlan["tableEdge"]>,
    untilUs: number,
    bounds: Bounds,
  ): void {
    const { partitions } = this.#options;
    const all = this.#table;
    if (!all) throw new TypeError("Cannot run the plan: its spine table has no rows");
    const count = firstAtLeast(all.time, all.length, untilUs);
    const rows = sliceRows(all, 0, count);
    this.#table = sliceRows(all, count, all.length);
    const columns = keys.map((place) => rows.columns[place]!);
    const parts = partitions === 1
      ? [copied(rows)]
      : partitionRows(columns, rows.length, partitions).map((mine) =>
        toBatch(gatherRows(rows, mine))
      );
    this.#sendSplit(edge, to, { bounds, parts });
  }

  #everyPartition<T>(make: () => T): T[] {
    return Array.from({ length: this.#options.partitions }, make);
  }

  #sendSplit(
    edge: number,
    site: number,
    { bounds, parts }: { bounds: Bounds; parts: readonly Batch[] },
  ): void {
    parts.forEach((batch, partition) => {
      const frame = { edge, from: 0, slice: this.#slice, batch, ...bounds };
      this.#send({ kind: "site", site, partition }, frame);
    });
  }

  /** Adds the texts of symbols that the site has not heard of. */
  #send(destination: Extract<Destination, { kind: "site" }>, frame: Frame): void {
    const { plan, symbols } = this.#options;
    const { site, partition } = destination;
    const place = `${site}:${partition}`;
    const first = this.#told.get(place) ?? 0;
    const isNew = plan.sites[site]!.readsTexts && first < symbols.size;
    if (isNew) this.#told.set(place, symbols.size);
    const told = isNew ? { ...frame, symbols: { first, texts: symbols.textsFrom(first) } } : frame;
    this.#sites!.send(destination, told);
  }

  #prepareOf(source: number): PrepareColumns | undefined {
    const plan = this.#options.plan.sources[source]!;
    const { prepare, computed } = plan;
    if (!prepare) return undefined;
    const used = new Set(computed.flatMap(({ at }) => at));
    let request = 0;
    return (batch, firstRow) => {
      const slice = request++;
      const columns = batch.columns.map((column, place) =>
        used.has(place) ? column.slice() as ColumnData : new Float64Array(0)
      );
      const reply = this.#replies.expect(prepare.reply, slice);
      const frame = {
        edge: prepare.request,
        from: 0,
        slice,
        untilUs: -Infinity,
        firstRow,
        batch: { length: batch.length, columns },
      };
      this.#send({ kind: "site", site: prepare.site, partition: 0 }, frame);
      return this.#orFail(reply.then(({ batch: { columns } }) => columns));
    };
  }

  #receive(frame: Frame): void {
    if (this.#replies.take(frame)) return;
    if (frame.dropped !== undefined) this.#options.onDropped(frame.dropped);
    this.#ledger.put(frame);
  }

  async #deliver(_slice: number, frames: readonly Frame[]): Promise<void> {
    const { plan, onResult, onRows } = this.#options;
    try {
      if (plan.result) {
        const rows = this.#merged(plan.result, frames);
        if (rows.length > 0) await onResult(rows);
      }
      for (const edge of plan.rows) {
        const rows = this.#merged(edge, frames);
        if (rows.length > 0) await onRows(edge.feature, rows);
      }
    } catch (error) {
      this.#failure.reject(error);
    }
  }

  #merged({ edge, keyOrder }: ResultEdge, frames: readonly Frame[]): StreamData {
    const mine = frames.filter((frame) => frame.edge === edge).sort((a, b) => a.from - b.from);
    const parts = mine.map(({ batch }) => fromBatch(batch));
    const filled = parts.filter(({ length }) => length > 0);
    if (filled.length <= 1) return filled[0] ?? parts[0]!;
    if (!keyOrder) return mergeParts(filled, undefined, []);
    this.#texts.push(...this.#options.symbols.textsFrom(this.#texts.length));
    return mergeParts(filled, keyOrder, this.#texts);
  }

  #orFail<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failure.promise]);
  }
}

type Bounds = Pick<Frame, "untilUs" | "lastTimesUs" | "isLast">;

const EMPTY_BATCH: Batch = { length: 0, columns: [new Float64Array(0), new Float64Array(0)] };

function describe(
  plan: SitePlan,
  partitions: number,
  codes: Readonly<Record<string, number>>,
): SiteDescription {
  const bound: BoundSitePlan = { plan, codes };
  return { site: plan.site, name: plan.name, plugins: plan.plugins, partitions, plan: bound };
}

function toBatch({ length, time, sequence, columns }: StreamData): Batch {
  return { length, columns: [time, sequence, ...columns] };
}

/** A batch whose buffers are nobody else's. */
function copied(rows: StreamData): Batch {
  const { length, columns } = toBatch(rows);
  return { length, columns: columns.map((column) => column.slice() as ColumnData) };
}

function fromBatch({ length, columns }: Batch): StreamData {
  const [time, sequence, ...rest] = columns as [
    Float64Array<ArrayBuffer>,
    Float64Array<ArrayBuffer>,
    ...ColumnData[],
  ];
  return { length, time, sequence, columns: rest };
}
