/**
 * A physical plan that runs: its sites are open, slices of rows go in, what they make comes out.
 *
 * R1 Slices are made one after another; their outputs come in the same order, each merged over partitions.
 * R2 After the first failure nothing more comes out; everyone who waits gets that failure.
 * R3 An aside slice leaves no trace: neither in the sites nor here.
 * R4 A slice waits for those before that may still hand over rows it has to bring back; see `spills.ts`.
 */
import type { PhysicalPlan, ResultEdge, SitePlan } from "../../dsl/mod.ts";
import { copyColumn, type SymbolTable } from "../arrow/mod.ts";
import {
  type BoundSitePlan,
  type Frame,
  keyKindOf,
  mergeParts,
  type SiteDescription,
  type StreamData,
} from "../engine/mod.ts";
import type { FeaturizerError } from "../errors.ts";
import type { OpenSites, SiteListener } from "../worker/mod.ts";
import { bindTexts } from "./bind_texts.ts";
import { forgedBy } from "./forged_by.ts";
import { fromBatch } from "./frame_rows.ts";
import { ReplyBox } from "./reply_box.ts";
import { RunFailure } from "./run_failure.ts";
import { SiteRows } from "./site_rows.ts";
import { SiteWatch } from "./site_watch.ts";
import { addressed, type AddressedFrame, SliceFrames } from "./slice_frames.ts";
import { type RowError, type SiteState, SliceLedger, type SliceReturns } from "./slice_ledger.ts";
import type { PrepareColumns } from "./source_feed.ts";
import { type Shelf, Spills, type SpillsState } from "./spills.ts";

/** A site with the states its partitions begin with. */
export interface DescribedSite {
  readonly description: SiteDescription;
  /** By partition; absent where all begin empty. */
  readonly states?: readonly unknown[];
}

export interface PlanRunOptions {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly symbols: SymbolTable;
  openSites(sites: readonly DescribedSite[], listener: SiteListener): Promise<OpenSites>;
  /** Where rows are kept that no site needs for long; memory by default. */
  readonly shelf?: Shelf;
  /** What an error in a row does: ends the run, which is the default, or makes the row's outputs null. */
  readonly rowErrors?: "fail" | "null";
  /** Hears of all row errors as they come, also of those in computed columns, which are of no slice. */
  readonly onRowErrors?: (errors: readonly RowError[]) => void;
  /** What the sites kept, as a barrier handed it over. */
  readonly states?: readonly SiteState[];
  /** What the run kept for them, as of the same barrier. */
  readonly spills?: SpillsState;
}

/** Rows of all sources up to a bound. */
export interface SliceInput {
  /** By source number of the plan, with the source's columns; the buffers belong to the run from then on. */
  readonly rows: readonly StreamData[];
  /** Rows of a spine table, in order of time. */
  readonly table?: StreamData;
  /** No row below it comes later. */
  readonly untilUs: number;
  readonly isLast?: boolean;
  /** By source; Infinity of those that go on. */
  readonly lastTimesUs?: readonly number[];
  /** No row or query of the run stands past it; Infinity by default. */
  readonly neededUs?: number;
  /** Every site hands over its state after this slice. */
  readonly barrier?: boolean;
  /** Answers only: the slice is forgotten afterwards. */
  readonly aside?: boolean;
}

/** What a slice made. */
export interface SliceOutput {
  readonly result: StreamData | undefined;
  /** By place in the plan's `rows`. */
  readonly rows: readonly StreamData[];
  /** Of a barrier. */
  readonly states: readonly SiteState[];
  /** Of a barrier: what the run keeps for the sites. */
  readonly spills: SpillsState | undefined;
  readonly rowErrors: readonly RowError[];
  /** Spine rows past the end of the label's data. */
  readonly dropped: number;
}

const MOST_UNDER_WAY = 6;

export class PlanRun implements AsyncDisposable {
  readonly #options: PlanRunOptions;
  readonly #failure = new RunFailure();
  readonly #ledger: SliceLedger;
  readonly #watch: SiteWatch;
  readonly #frames: SliceFrames;
  readonly #replies = new ReplyBox();
  readonly #rows: SiteRows;
  readonly #spills: Spills;
  /** By site and partition: how many texts it was told. */
  readonly #told = new Map<string, number>();
  readonly #asides = new Set<number>();
  /** Texts of symbols by code, for the order of keys. */
  readonly #texts: string[] = [];
  #sites: OpenSites | undefined;
  #slice = 0;

  private constructor(options: PlanRunOptions) {
    const { plan, partitions, symbols } = options;
    this.#options = options;
    this.#frames = new SliceFrames(plan, partitions, symbols);
    this.#rows = new SiteRows(plan, symbols);
    this.#spills = new Spills(plan, partitions, options.shelf);
    if (options.spills) this.#spills.restore(options.spills);
    const active = plan.sites.filter(({ operations }) => operations.length > 0).length;
    this.#ledger = new SliceLedger(active * partitions);
    this.#watch = new SiteWatch({
      plan,
      partitions,
      ledger: this.#ledger,
      replies: this.#replies,
    });
  }

  /** Opens the sites of a plan. */
  static async open(options: PlanRunOptions): Promise<PlanRun> {
    const run = new PlanRun(options);
    const { plan, symbols } = options;
    const codes = bindTexts(plan, symbols);
    const sites = plan.sites.map((site) => describe(site, options, codes));
    run.#sites = await options.openSites(sites, {
      onFrame: (frame, site) => run.#receive(frame, site),
      onDone: (site, partition, slice) => run.#require(run.#watch.done(site, partition, slice)),
      onSnapshot: (site, partition, slice, state) =>
        run.#ledger.putState(slice, { site, partition, state }),
      onRowErrors: (site, errors, slice) => {
        run.#require(run.#watch.rowErrors(site, errors));
        run.#ledger.putRowErrors(slice, errors);
        options.onRowErrors?.(errors);
      },
      onIdle: () => run.#require(run.#watch.stalled()),
      onFailure: (error) => run.#failure.fail(error),
    });
    return run;
  }

  /** Rejects when the run has failed; never resolves. */
  get failed(): Promise<never> {
    return this.#failure.failed;
  }

  /** The work, unless the run fails first. */
  orFail<T>(work: Promise<T>): Promise<T> {
    return this.#failure.orFail(work);
  }

  /** Ends the run with a reason of its owner. */
  fail(reason: unknown): void {
    this.#failure.fail(reason);
  }

  /** Slices sent so far. */
  get slices(): number {
    return this.#slice;
  }

  /** True for plans whose windows keep rows with the host. */
  get isKeeping(): boolean {
    return this.#spills.isKeeping;
  }

  /** Resolves when fewer than `most` slices are under way. */
  room(most: number): Promise<void> {
    return this.orFail(this.#ledger.room(most));
  }

  /** Resolves when a slice that ends there may be sent. */
  roomUntil(untilUs: number): Promise<void> {
    const underWay = this.#slice - this.#spills.mayBeUnderWay(untilUs);
    return this.room(Math.min(MOST_UNDER_WAY, underWay + 1));
  }

  /** Ends of slices that bring back what is kept a little at a time, after one that ended at `fromUs`. */
  stepsBack(fromUs: number, neededUs: number): number[] {
    return this.#spills.steps(fromUs, neededUs);
  }

  /** Takes all sites down and sets them up again from their snapshots; nothing may be under way. */
  restart(): void {
    this.#sites!.restart?.();
  }

  /** Runs a slice; it is under way until `deliver` has taken what it made. */
  send(
    input: SliceInput,
    deliver: (output: SliceOutput) => Promise<void> | void = () => {},
  ): Promise<SliceOutput> {
    const slice = this.#slice++;
    const { untilUs, isLast, lastTimesUs, barrier, aside } = input;
    const bounds = {
      slice,
      untilUs,
      ...(isLast === undefined ? {} : { isLast }),
      ...(lastTimesUs ? { lastTimesUs } : {}),
      ...(barrier ? { barrier } : {}),
      ...(aside ? { aside } : {}),
    };
    if (aside) this.#asides.add(slice);
    const output = this.#awaited(slice, { keeps: barrier === true, deliver });
    const frames = this.#frames.of(input.rows, input.table, bounds);
    const { neededUs = Infinity } = input;
    for (const { edge, site, parts } of this.#spills.frames(untilUs, neededUs, aside)) {
      frames.push(...addressed(edge, site, { bounds, parts }));
    }
    for (const frame of frames) this.#send(frame);
    return this.orFail(output);
  }

  /** What computes a source's columns at the site of its plugin; undefined where the host does. */
  prepareOf(source: number): PrepareColumns | undefined {
    const { prepare, computed } = this.#options.plan.sources[source]!;
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
      this.#send({ site: prepare.site, partition: 0, frame });
      return this.orFail(reply.then(({ batch: { columns } }) => columns));
    };
  }

  /** Ends the sites; a delivery under way ends first. Replies still waited for never come then. */
  async close(): Promise<void> {
    this.#failure.fail(new Error("Cannot go on with the run: it is over"));
    const deliveries = this.#ledger.close();
    try {
      await this.#sites?.close();
    } finally {
      await deliveries;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #awaited(
    slice: number,
    { keeps, deliver }: {
      keeps: boolean;
      deliver: (output: SliceOutput) => Promise<void> | void;
    },
  ): Promise<SliceOutput> {
    const { promise, resolve } = Promise.withResolvers<SliceOutput>();
    this.#ledger.open(slice, async (returns) => {
      this.#asides.delete(slice);
      try {
        const output = this.#outputOf(returns, keeps);
        await deliver(output);
        resolve(output);
      } catch (error) {
        this.#failure.fail(error);
      }
    });
    return promise;
  }

  #outputOf({ frames, states, rowErrors }: SliceReturns, keeps: boolean): SliceOutput {
    const { result, rows } = this.#options.plan;
    return {
      result: result && this.#merged(result, frames),
      rows: rows.map((edge) => this.#merged(edge, frames)),
      states,
      spills: keeps ? this.#spills.snapshot() : undefined,
      rowErrors,
      dropped: frames.reduce((sum, { dropped = 0 }) => sum + dropped, 0),
    };
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

  /** Adds the texts of symbols that the site has not heard of. */
  #send({ site, partition, frame }: AddressedFrame): void {
    const { plan, symbols } = this.#options;
    const place = `${site}:${partition}`;
    const first = this.#told.get(place) ?? 0;
    const isNew = plan.sites[site]!.readsTexts && first < symbols.size;
    if (isNew) this.#told.set(place, symbols.size);
    const told = isNew ? { ...frame, symbols: { first, texts: symbols.textsFrom(first) } } : frame;
    this.#sites!.send({ kind: "site", site, partition }, told);
  }

  #require(fault: FeaturizerError | undefined): void {
    if (fault) this.#failure.fail(fault);
  }

  #receive(sent: Frame, site: number): void {
    try {
      const frame = this.#rows.take(sent, site);
      if (this.#replies.take(frame)) return;
      if (!this.#ledger.admit(frame)) {
        throw forgedBy(
          this.#options.plan.sites[site]!.name,
          "rows of a slice that has them already",
        );
      }
      const taken = this.#asides.has(frame.slice)
        ? this.#spills.isOf(frame)
        : this.#spills.take(frame);
      if (!taken) this.#ledger.put(frame);
    } catch (error) {
      this.#failure.fail(error);
    }
  }
}

function describe(
  plan: SitePlan,
  { partitions, rowErrors, states }: PlanRunOptions,
  codes: Readonly<Record<string, number>>,
): DescribedSite {
  const bound: BoundSitePlan = { plan, codes };
  const { site, name, plugins } = plan;
  const description: SiteDescription = {
    site,
    name,
    plugins,
    partitions,
    plan: bound,
    edges: plan.edges,
    ...(rowErrors ? { rowErrors } : {}),
  };
  if (!states) return { description };
  const own = Array.from(
    { length: partitions },
    (_, partition) =>
      states.find((each) => each.site === site && each.partition === partition)?.state,
  );
  return { description, states: own };
}
