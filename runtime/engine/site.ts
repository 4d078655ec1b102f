/**
 * One partition of a site: the operations of a plan, run slice by slice.
 *
 * S1 At each level slices run in order; a level runs a slice when the level before has run it and every
 *    producer's frame of every edge into the level is here.
 * S2 What operators send leaves after the last level of the slice, so no buffer is given away while read.
 *    Exception: edges to sites leave at the end of their level, in buffers made for them alone.
 * S3 After a failure nothing runs and nothing is sent.
 * S4 The cut of a barrier is made level by level, each after it has run the slice; later slices may have run on the
 *    levels before. Tables of keys and texts are cut last: what they hold beyond the cut has no state yet.
 * S5 An aside runs on twins of the operators that keep something. It may only add keys and texts.
 */
import type { Constant, LeveledOperation, Operation, SitePlan } from "../../dsl/mod.ts";
import type { Destination, Frame, Site, SiteContext, SiteDescription } from "./frames.ts";
import { freeBuffers } from "./free_buffers.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { type Incoming, incomingOf } from "./incoming.ts";
import { type KeyKind, keyKindOf } from "./key_kinds.ts";
import { linkKernel, type MapKernel, type RowKernel, type TumblingKernel } from "./link.ts";
import { createOperator } from "./operations/create.ts";
import { FeatureError } from "./operations/feature_error.ts";
import type { HoldOperator } from "./operations/label.ts";
import type { Operator, OperatorContext, Slice } from "./operations/operation.ts";
import { type Outgoing, sendAll, split } from "./outbox.ts";
import { createPreparers, type Preparer } from "./prepare.ts";
import type { TextBytes } from "./kept_texts.ts";
import { RetainedBuffers } from "./retained.ts";
import { messageOf } from "./row_error.ts";
import { RowFailures } from "./row_failures.ts";
import { SiteSymbols, type SymbolsSnapshot } from "./site_symbols.ts";
import { SiteTables, type SlotOrder } from "./slots_of_site.ts";
import { SliceReports } from "./slice_reports.ts";
import type { StreamData } from "./stream_data.ts";
import { ForgedRows } from "./translate.ts";

/** The plan of a site with what the host alone knows. */
export interface BoundSitePlan {
  readonly plan: SitePlan;
  /** Codes of every text the plan names. */
  readonly codes: Readonly<Record<string, number>>;
}

interface RunningSlice extends Slice {
  /** What was kept at the end of each level so far; of a barrier. */
  readonly cuts: unknown[][];
  /** What operators keep beyond the slice: those that twins keep go with it. */
  readonly retained: RetainedBuffers;
  release(): void;
}

interface Placed {
  readonly operation: Operation;
  readonly operator: Operator;
}

/** What a partition keeps from slice to slice. */
interface SiteState {
  /** Of a table of its own. */
  readonly texts: TextBytes | undefined;
  readonly tables: ReturnType<SiteTables["snapshot"]>;
  /** By level and place in it; undefined for operations that keep nothing. */
  readonly operators: readonly (readonly unknown[])[];
}

/** The same, with all that it takes to go on with neighbours that stay. */
interface SiteSnapshot extends SiteState {
  readonly next: number;
  readonly symbols: SymbolsSnapshot;
}

/**
 * Opens a partition of a site. With the state that a barrier handed over it begins at slice 0, and everybody tells all
 * texts anew; with a snapshot it goes on where that was taken. The state's buffers are the site's from then on.
 */
export function createSite(
  description: SiteDescription,
  context: SiteContext,
  state?: unknown,
): Site {
  return new PlanSite(description, context, state as SiteState | SiteSnapshot | undefined);
}

class PlanSite implements Site {
  readonly #context: SiteContext;
  readonly #plan: SitePlan;
  readonly #codes: Readonly<Record<string, number>>;
  readonly #partitions: number;
  readonly #takesFailures: boolean;
  readonly #symbols: SiteSymbols;
  readonly #tables: SiteTables;
  /** By edge that comes in: the types of its columns, and the site they come from. */
  readonly #incoming: ReadonlyMap<number, Incoming>;
  readonly #kinds: readonly (readonly KeyKind[])[];
  readonly #levels: readonly (readonly Placed[])[];
  readonly #inbox: Inbox;
  readonly #retained = new RetainedBuffers();
  readonly #preparers: ReadonlyMap<number, Preparer>;
  /** Next slice of each level. */
  readonly #next: number[];
  readonly #running = new Map<number, RunningSlice>();
  /** Of computed columns, until a slice takes them along. */
  #reports = new SliceReports();
  /** By slice: what one slice sends must not take along the buffers of the next, which may be half done. */
  readonly #outbox = new Map<number, Outgoing[]>();
  #open = true;

  constructor(
    description: SiteDescription,
    context: SiteContext,
    state: SiteState | SiteSnapshot | undefined,
  ) {
    const { plan, codes } = description.plan as BoundSitePlan;
    this.#context = context;
    this.#plan = plan;
    this.#codes = codes;
    this.#partitions = description.partitions;
    this.#takesFailures = description.rowErrors === "null";
    this.#symbols = new SiteSymbols(plan.makesTexts);
    const resumed = state && "next" in state ? state : undefined;
    if (resumed) this.#symbols.restore(resumed.symbols);
    else if (state?.texts) this.#symbols.restoreTexts(state.texts);
    this.#tables = new SiteTables(this.#symbols.texts);
    this.#kinds = plan.types.map((types) => types.map(keyKindOf));
    this.#incoming = incomingOf(plan);
    this.#levels = this.#createLevels(plan.operations);
    if (state) this.#restore(state);
    this.#next = this.#levels.map(() => resumed?.next ?? 0);
    this.#inbox = createInbox(plan, description.partitions);
    this.#preparers = createPreparers(
      plan,
      (index) => this.#kernel<MapKernel>(index),
      (report) => this.#reports.add(report),
    );
  }

  receive(frame: Frame): void {
    if (!this.#open) return;
    try {
      const known = this.#translate(frame);
      const preparer = this.#preparers.get(frame.edge);
      if (preparer) {
        const reply = preparer(known, this.#context.partition);
        const { all } = this.#takeReports();
        if (all.length > 0) this.#context.rowErrors?.(frame.slice, all);
        this.#send({ kind: "host" }, reply);
        return;
      }
      this.#inbox.put(known);
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#open = false;
    this.#running.clear();
  }

  snapshot(): SiteSnapshot {
    if (this.#running.size > 0 || !this.#inbox.isEmpty) {
      throw new Error("Cannot take a snapshot: a slice is under way");
    }
    return {
      next: this.#next[0] ?? 0,
      symbols: this.#symbols.snapshot(),
      ...this.#stateOf(this.#levels.map((level) => this.#cut(level))),
    };
  }

  #cut(level: readonly Placed[]): unknown[] {
    return level.map(({ operator }) => operator.snapshot?.());
  }

  #stateOf(operators: readonly (readonly unknown[])[]): SiteState {
    return { texts: this.#symbols.keptTexts(), tables: this.#tables.snapshot(), operators };
  }

  /** Kernels are linked by now: they warm up against tables without keys. */
  #restore({ tables, operators }: SiteState): void {
    this.#tables.restore(tables);
    this.#levels.forEach((level, index) =>
      level.forEach(({ operator }, place) => {
        const from = operators[index]?.[place];
        if (from !== undefined) operator.restore?.(from);
      })
    );
  }

  /** What stays here needs no translation. */
  #translate(frame: Frame): Frame {
    const incoming = this.#incoming.get(frame.edge);
    if (!incoming) return frame;
    const { site, columns } = incoming;
    if (site === this.#plan.site && frame.from === this.#context.partition) return frame;
    const producer = site < 0 ? "host" : `${site}:${frame.from}`;
    try {
      return this.#symbols.take(frame, producer, columns);
    } catch (error) {
      if (!(error instanceof ForgedRows)) throw error;
      throw new Error(`Cannot read the rows of site ${producer}: ${error.message}`);
    }
  }

  #send(destination: Destination, frame: Frame): void {
    const { kind } = destination;
    const isOwn = kind === "site" && destination.site === this.#plan.site &&
      destination.partition === this.#context.partition;
    const consumer = kind === "host" ? kind : `${destination.site}:${destination.partition}`;
    this.#context.send(destination, isOwn ? frame : this.#symbols.tell(frame, consumer));
  }

  /** Runs whatever can run, until nothing can. */
  #pump(): void {
    for (let moved = true; moved && this.#open;) {
      moved = false;
      for (let level = 0; level < this.#levels.length; level++) {
        const number = this.#next[level]!;
        const ready = (level === 0 || this.#next[level - 1]! > number) &&
          this.#inbox.has(number, level);
        if (!ready) continue;
        this.#runLevel(number, level);
        this.#next[level] = number + 1;
        moved = true;
      }
    }
  }

  #runLevel(number: number, level: number): void {
    const slice = this.#running.get(number) ?? this.#openSlice(number);
    for (const placed of this.#levels[level]!) this.#run(placed, slice);
    if (slice.barrier) slice.cuts.push(this.#cut(this.#levels[level]!));
    const last = level === this.#levels.length - 1;
    const outbox = this.#outbox.get(number) ?? [];
    const [now, later] = last ? [outbox, []] : split(outbox);
    this.#outbox.set(number, later);
    const given = sendAll(
      now,
      (destination, frame) => this.#send(destination, frame),
      last ? slice.retained : undefined,
    );
    if (last) this.#end(slice, given);
  }

  #takeReports(): SliceReports {
    const reports = this.#reports;
    this.#reports = new SliceReports();
    return reports;
  }

  #end(slice: RunningSlice, given: ReadonlySet<ArrayBuffer>): void {
    const { number, streams, retained } = slice;
    for (const stream of streams) {
      if (stream) freeBuffers(stream, (buffer) => given.has(buffer) || retained.has(buffer));
    }
    this.#outbox.delete(number);
    slice.release();
    this.#running.delete(number);
    this.#inbox.forget(number);
    if (slice.reports.all.length > 0) this.#context.rowErrors?.(number, slice.reports.all);
    if (slice.barrier) this.#context.snapshot?.(number, this.#stateOf(slice.cuts));
    this.#context.done(number);
  }

  #run({ operation, operator }: Placed, slice: RunningSlice): void {
    if (!slice.aside || !operator.snapshot || operator.isIdle?.(slice)) return operator.run(slice);
    const context = this.#operatorContext(slice.retained, true);
    const twin = createOperator(operation, context, { kindsOf: this.#kindsOf, holds: new Map() });
    twin.restore?.(operator.snapshot());
    twin.run(slice);
  }

  #openSlice(number: number): RunningSlice {
    const { untilUs, lastTimesUs, isLast = false, barrier = false, aside = false } = this.#inbox
      .boundsOf(number, 0);
    const streams: (StreamData | undefined)[] = [];
    const slots = this.#tables.cache(streams);
    const slice: RunningSlice = {
      ...{ number, untilUs, lastTimesUs, isLast, barrier, aside, streams },
      reports: aside ? new SliceReports() : this.#takeReports(),
      cuts: [],
      retained: aside ? new RetainedBuffers() : this.#retained,
      framesOf: (edge) => this.#inbox.framesOf(number, edge),
      slotsOf: (stream, keys, adds) => slots.slotsOf(stream, keys, adds),
      release: () => slots.release(),
    };
    this.#running.set(number, slice);
    return slice;
  }

  #createLevels(operations: readonly LeveledOperation[]): Placed[][] {
    const holds = new Map<number, HoldOperator>();
    const context = this.#operatorContext(this.#retained);
    const count = Math.max(-1, ...operations.map(({ level }) => level)) + 1;
    const levels = Array.from({ length: count }, (): Placed[] => []);
    for (const { level, operation } of operations) {
      const operator = createOperator(operation, context, { kindsOf: this.#kindsOf, holds });
      levels[level]!.push({ operation, operator });
    }
    return levels;
  }

  readonly #kindsOf = (stream: number, places: readonly number[]) =>
    places.map((place) => this.#kinds[stream]![place]!);

  #operatorContext(retained: RetainedBuffers, isTwin = false): OperatorContext {
    return {
      partition: this.#context.partition,
      partitions: this.#partitions,
      texts: this.#symbols.texts,
      kindsOf: (stream) => this.#kinds[stream]!,
      textHashes: () => this.#symbols.hashes(),
      retained,
      codeOf: (constant) => this.#codeOf(constant),
      tableOf: (kinds) => this.#tables.of(kinds),
      kernel: (index, order) => this.#kernel(index, order, isTwin),
      destinationOf: (edge, partition) => this.#destinationOf(edge, partition),
      sendLater: (destination, frame) => this.#post({ destination, frame }),
    };
  }

  #kernel<K extends RowKernel | TumblingKernel | MapKernel>(
    index: number,
    order?: SlotOrder,
    isTwin = false,
  ) {
    const { text, feature } = this.#plan.kernels[index]!;
    const failures = this.#takesFailures ? new RowFailures(!isTwin) : undefined;
    const linked = linkKernel<K>(text, {
      texts: this.#symbols.texts,
      codeOf: (text) => this.#codeOf({ symbol: text }),
      ...(this.#plan.makesTexts ? { intern: (text: string) => this.#symbols.intern(text) } : {}),
      holeOf: (plugin, hole) => this.#context.holesOf(plugin)[hole],
      ...(failures ? { failures } : {}),
      ...(order ? { order: (slots: Int32Array<ArrayBuffer>) => order.sort(slots) } : {}),
    });
    return { text, feature, linked, failures };
  }

  #codeOf(constant: Constant): number {
    if (typeof constant === "number") return constant;
    if (this.#plan.makesTexts) return this.#symbols.intern(constant.symbol);
    const code = this.#codes[constant.symbol];
    if (code === undefined) throw new RangeError("Cannot bind a text of the plan: it has no code");
    return code;
  }

  #post(outgoing: Outgoing): void {
    const { slice } = outgoing.frame;
    const outbox = this.#outbox.get(slice) ?? [];
    this.#outbox.set(slice, outbox);
    outbox.push(outgoing);
  }

  #destinationOf(edge: number, partition: number): Destination {
    const to = this.#plan.edges.find((known) => known.edge === edge)!.to;
    return to < 0 ? { kind: "host" } : { kind: "site", site: to, partition };
  }

  #fail(error: unknown): void {
    this.#open = false;
    const message = messageOf(error);
    const stack = error instanceof Error ? error.stack : undefined;
    this.#context.fail({
      code: error instanceof FeatureError ? error.code : "ENGINE_FAILED",
      message,
      ...(error instanceof FeatureError ? { feature: error.feature } : {}),
      ...(error instanceof FeatureError && error.hint ? { hint: error.hint } : {}),
      ...(stack === undefined ? {} : { stack }),
    });
  }
}
