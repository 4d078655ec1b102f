/**
 * The heart of a bounded run: cuts the ordered rows of all sources into slices, sends them to the sites, and
 * hands on what comes back, in order.
 *
 * R1 A slice holds the rows of every source in [last bound, bound); the bound is the least watermark.
 * R2 At most `MAX_IN_FLIGHT` slices are between being sent and being written, so every queue has a bound.
 * R3 Results are handed on slice by slice, merged over partitions.
 * R4 A slice waits for those before that may still hand over rows it has to bring back; see `spills.ts`.
 */
import type { Column, PhysicalPlan, ResultEdge, SitePlan, SourceEdge } from "../../dsl/mod.ts";
import { asFlat, type Batch, copyColumn, type SymbolTable } from "../arrow/mod.ts";
import {
  type BoundSitePlan,
  type Destination,
  firstAtLeast,
  type Frame,
  keyKindOf,
  mergeParts,
  partitionRows,
  type SiteDescription,
  sliceRows,
  type StreamData,
} from "../engine/mod.ts";
import type { OpenSites, SiteListener } from "../worker/mod.ts";
import { bindTexts } from "./bind_texts.ts";
import { chosen, copied, fromBatch, toBatch } from "./frame_rows.ts";
import { ReplyBox } from "./reply_box.ts";
import { SiteRows } from "./site_rows.ts";
import { SliceLedger } from "./slice_ledger.ts";
import type { PrepareColumns, SourceFeed } from "./source_feed.ts";
import { type Shelf, Spills } from "./spills.ts";

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
  /** After so many slices all sites are taken down and set up again from their snapshots. */
  readonly restartEvery?: number;
  /** Where rows are kept that no site needs for long; memory by default. */
  readonly shelf?: Shelf;
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
  readonly #rows: SiteRows;
  readonly #spills: Spills;
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
    this.#rows = new SiteRows(plan, options.symbols);
    this.#spills = new Spills(plan, partitions, options.shelf);
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
      onFrame: (frame, site) => this.#receive(frame, site),
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
        await this.#nextSlice(carriedUs, false);
      }
      if (isLast) await this.#bringBackInSteps(Math.max(sentUs, carriedUs));
      await this.#nextSlice(boundUs, isLast);
      sentUs = boundUs;
      if (isLast) return;
    }
  }

  async #nextSlice(boundUs: number, isLast: boolean): Promise<void> {
    const { restartEvery = Infinity } = this.#options;
    const restarts = this.#slice > 0 && this.#slice % restartEvery === 0;
    const untilUs = this.#untilOf(boundUs, isLast);
    const underWay = this.#slice - this.#spills.mayBeUnderWay(untilUs);
    const room = restarts ? 1 : Math.min(MAX_IN_FLIGHT, underWay + 1);
    await this.#orFail(this.#ledger.room(room));
    if (restarts) this.#sites!.restart?.();
    this.#sendSlice(untilUs, isLast);
  }

  /** Past the last row, windows still need all they hold: not at once. */
  async #bringBackInSteps(fromUs: number): Promise<void> {
    if (!this.#spills.isKeeping) return;
    await this.#orFail(this.#ledger.drained());
    for (const endUs of this.#spills.steps(fromUs, this.#lastNeededUs())) {
      await this.#nextSlice(endUs, false);
    }
  }

  /** No row or query stands past it. */
  #lastNeededUs(): number {
    const { endUs, plan } = this.#options;
    const hasTicks = plan.sites.some(({ operations }) =>
      operations.some(({ operation }) => operation.kind === "ticks")
    );
    if (endUs < Infinity || hasTicks || this.#feeds.some(({ ended }) => !ended)) return endUs;
    return Math.max(...this.#feeds.map(({ admission }) => admission.lastTimeUs));
  }

  /** At the end of all sources open windows close: the last bound is infinite, unless `endUs` came first. */
  #untilOf(boundUs: number, isLast: boolean): number {
    return isLast && this.#feeds.every(({ ended }) => ended) ? Infinity : boundUs;
  }

  /** The source that holds the others back. */
  #laggard(): SourceFeed | undefined {
    return this.#feeds.filter(({ ended }) => !ended).reduce<SourceFeed | undefined>(
      (least, feed) =>
        !least || feed.admission.watermarkUs < least.admission.watermarkUs ? feed : least,
      undefined,
    );
  }

  #sendSlice(untilUs: number, isLast: boolean): void {
    const { plan, endUs } = this.#options;
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
    for (const { edge, site, parts } of this.#spills.frames(untilUs, this.#lastNeededUs())) {
      this.#sendSplit(edge, site, { bounds, parts });
    }
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
    const { plan } = this.#options;
    const { columns } = plan.sources[source]!;
    const names = columns.map(({ name }) => name);
    const places = edge.columns.map((name) => names.indexOf(name));
    const picked = { ...rows, columns: places.map((place) => rows.columns[place]!) };
    const keys = edge.keys.map((name) => names.indexOf(name));
    const parts = this.#split(rows, keys, columns)?.map((mine) => chosen(picked, mine)) ??
      [keep ? copied(picked) : toBatch(picked)];
    this.#sendSplit(edge.edge, edge.to, { bounds, parts });
  }

  #sendTable(
    { edge, to, keys, columns }: NonNullable<PhysicalPlan["tableEdge"]>,
    untilUs: number,
    bounds: Bounds,
  ): void {
    const all = this.#table;
    if (!all) throw new TypeError("Cannot run the plan: its spine table has no rows");
    const count = firstAtLeast(all.time, all.length, untilUs);
    const rows = sliceRows(all, 0, count);
    this.#table = sliceRows(all, count, all.length);
    const parts = this.#split(rows, keys, columns)?.map((mine) => chosen(rows, mine)) ??
      [copied(rows)];
    this.#sendSplit(edge, to, { bounds, parts });
  }

  /** Rows by partition; undefined if there is one. */
  #split(
    { columns, length }: StreamData,
    keys: readonly number[],
    types: readonly Column[],
  ): readonly Int32Array[] | undefined {
    const { partitions, symbols: { hashes } } = this.#options;
    if (partitions === 1) return undefined;
    const flat = keys.map((place) => asFlat(columns[place]!));
    const kinds = keys.map((place) => keyKindOf(types[place]!.type));
    return partitionRows({ columns: flat, kinds, hashes }, length, partitions);
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
        used.has(place) ? copyColumn(column) : new Float64Array(0)
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

  #receive(sent: Frame, site: number): void {
    let frame: Frame;
    try {
      frame = this.#rows.take(sent, site);
      if (this.#spills.take(frame)) return;
    } catch (error) {
      return this.#failure.reject(error);
    }
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

  #merged({ edge, keyOrder, columns }: ResultEdge, frames: readonly Frame[]): StreamData {
    const mine = frames.filter((frame) => frame.edge === edge).sort((a, b) => a.from - b.from);
    const parts = mine.map(({ batch }) => fromBatch(batch));
    const filled = parts.filter(({ length }) => length > 0);
    if (filled.length <= 1) return filled[0] ?? parts[0]!;
    if (!keyOrder) return mergeParts(filled);
    for (const text of this.#options.symbols.textsFrom(this.#texts.length)) this.#texts.push(text);
    const kinds = keyOrder.map((place) => keyKindOf(columns[place]!.type));
    return mergeParts(filled, { columns: keyOrder, texts: this.#texts, kinds });
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
