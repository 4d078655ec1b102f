/**
 * The heart of a bounded run: cuts the ordered rows of all sources into slices, has them run, and hands on what
 * comes of them, in order.
 *
 * R1 A slice holds the rows of every source in [last bound, bound); the bound is the least watermark.
 * R2 At most `MOST_UNDER_WAY` slices are between being sent and being written, so every queue has a bound.
 */
import type { PhysicalPlan } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { firstAtLeast, sliceRows, type StreamData } from "../engine/mod.ts";
import type { OpenSites, SiteListener } from "../worker/mod.ts";
import { type DescribedSite, PlanRun, type SliceOutput } from "./plan_run.ts";
import type { PrepareColumns, SourceFeed } from "./source_feed.ts";
import type { Shelf } from "./spills.ts";
import { type SpanAhead, TickSpans } from "./tick_spans.ts";

export interface PumpOptions {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly symbols: SymbolTable;
  /** No row at or past it is used. */
  readonly endUs: number;
  openSites(sites: readonly DescribedSite[], listener: SiteListener): Promise<OpenSites>;
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

/** Runs a plan to the end of its sources, or to `endUs`. */
export async function pump(options: PumpOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const run = await PlanRun.open(options);
  const abort = () => run.fail(options.signal?.reason);
  options.signal?.addEventListener("abort", abort);
  const feeds: SourceFeed[] = [];
  try {
    feeds.push(...await options.createFeeds((source) => run.prepareOf(source)));
    await new Pump(options, run, feeds).run();
  } finally {
    options.signal?.removeEventListener("abort", abort);
    await run.close();
    await Promise.all(feeds.map((feed) => feed.close()));
  }
}

class Pump {
  readonly #options: PumpOptions;
  readonly #run: PlanRun;
  readonly #feeds: readonly SourceFeed[];
  readonly #spans: TickSpans;
  #table: StreamData | undefined;
  /** The largest time of rows that were sent. */
  #lastSentUs = -Infinity;

  constructor(options: PumpOptions, run: PlanRun, feeds: readonly SourceFeed[]) {
    this.#options = options;
    this.#run = run;
    this.#feeds = feeds;
    this.#spans = new TickSpans(options.plan);
    this.#table = options.table;
  }

  async run(): Promise<void> {
    await this.#pumpSlices();
    await this.#run.room(1);
  }

  async #pumpSlices(): Promise<void> {
    const { endUs, signal, onProgress } = this.#options;
    let sentUs = -Infinity;
    for (;;) {
      signal?.throwIfAborted();
      const laggard = this.#laggard();
      if (laggard) await this.#run.orFail(laggard.advance());
      onProgress?.(this.#feeds);
      const boundUs = Math.min(endUs, ...this.#feeds.map(({ admission }) => admission.watermarkUs));
      const isLast = boundUs === endUs || !this.#laggard();
      if (!isLast && !(boundUs > sentUs)) continue;
      const carriedUs = Math.max(...this.#feeds.map(({ admission }) => admission.carriedUntilUs)) +
        1;
      if (carriedUs > sentUs && carriedUs < boundUs) {
        await this.#nextSlice(carriedUs, false);
      }
      sentUs = Math.max(sentUs, Math.min(carriedUs, boundUs));
      for (const endUs of this.#spans.ends(this.#ahead(sentUs, boundUs))) {
        await this.#nextSlice(endUs, false);
        sentUs = endUs;
      }
      if (isLast) await this.#bringBackInSteps(sentUs);
      await this.#nextSlice(boundUs, isLast);
      sentUs = boundUs;
      if (isLast) return;
    }
  }

  #ahead(sentUs: number, boundUs: number): SpanAhead {
    const waiting = this.#feeds.filter(({ admission }) => admission.pendingRows > 0);
    const lastUs = Math.max(...waiting.map(({ admission }) => admission.lastTimeUs));
    return {
      sentUs,
      boundUs,
      lastSentUs: this.#lastSentUs,
      firstWaitingUs: Math.min(...waiting.map(({ admission }) => admission.firstPendingUs)),
      lastWaitingUs: Math.min(lastUs, boundUs),
      keys: this.#options.symbols.size,
    };
  }

  async #nextSlice(boundUs: number, isLast: boolean): Promise<void> {
    const { restartEvery = Infinity } = this.#options;
    const { slices } = this.#run;
    const restarts = slices > 0 && slices % restartEvery === 0;
    const untilUs = this.#untilOf(boundUs, isLast);
    await this.#run.roomUntil(untilUs);
    if (restarts) {
      await this.#run.room(1);
      this.#run.restart();
    }
    this.#sendSlice(untilUs, isLast);
  }

  /** Past the last row, windows still need all they hold: not at once. */
  async #bringBackInSteps(fromUs: number): Promise<void> {
    if (!this.#run.isKeeping) return;
    await this.#run.room(1);
    for (const endUs of this.#run.stepsBack(fromUs, this.#lastNeededUs())) {
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
    const limitUs = Math.min(untilUs, this.#options.endUs);
    const rows = this.#feeds.map((feed) => feed.release(limitUs));
    for (const { length, time } of rows) {
      if (length > 0) this.#lastSentUs = Math.max(this.#lastSentUs, time[length - 1]!);
    }
    const input = {
      rows,
      untilUs,
      isLast,
      lastTimesUs: this.#feeds.map(({ ended, admission }) =>
        ended ? admission.lastTimeUs : Infinity
      ),
      neededUs: this.#lastNeededUs(),
      ...this.#tableUntil(untilUs),
    };
    // What goes wrong is a failure of the run, for which all else waits.
    this.#run.send(input, (output) => this.#deliver(output)).catch(() => {});
  }

  #tableUntil(untilUs: number): { readonly table?: StreamData } {
    const all = this.#table;
    if (!all) return {};
    const count = firstAtLeast(all.time, all.length, untilUs);
    this.#table = sliceRows(all, count, all.length);
    return { table: sliceRows(all, 0, count) };
  }

  async #deliver({ result, rows, dropped }: SliceOutput): Promise<void> {
    const { plan, onResult, onRows, onDropped } = this.#options;
    if (dropped > 0) onDropped(dropped);
    if (result && result.length > 0) await onResult(result);
    for (const [place, { feature }] of plan.rows.entries()) {
      if (rows[place]!.length > 0) await onRows(feature, rows[place]!);
    }
  }
}
