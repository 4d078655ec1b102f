/**
 * One partition of a site: the operations of a plan, run slice by slice.
 *
 * S1 At each level slices run in order; a level runs a slice when the level before has run it and every
 *    producer's frame of every edge into the level is here.
 * S2 What operators send leaves after the last level of the slice, so no buffer is given away while read.
 *    Exception: edges to sites leave at the end of their level, in buffers made for them alone.
 * S3 After a failure nothing runs and nothing is sent.
 */
import type { Constant, LeveledOperation, SitePlan } from "../../dsl/mod.ts";
import type { Destination, Frame, Site, SiteContext, SiteDescription } from "./frames.ts";
import { freeBuffers } from "./free_buffers.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { linkKernel, type MapKernel, type RowKernel, type TumblingKernel } from "./link.ts";
import { createOperator } from "./operations/create.ts";
import { FeatureError } from "./operations/feature_error.ts";
import type { HoldOperator } from "./operations/label.ts";
import type { Operator, OperatorContext, Slice } from "./operations/operation.ts";
import { createPreparers, type Preparer } from "./prepare.ts";
import { RetainedBuffers } from "./retained.ts";
import { SiteTables, type SlotOrder } from "./slots_of_site.ts";
import type { StreamData } from "./stream_data.ts";

/** The plan of a site with what the host alone knows. */
export interface BoundSitePlan {
  readonly plan: SitePlan;
  /** Codes of every text the plan names. */
  readonly codes: Readonly<Record<string, number>>;
}

interface RunningSlice extends Slice {
  level: number;
  release(): void;
}

/** Opens a partition of a site. */
export function createSite(description: SiteDescription, context: SiteContext): Site {
  return new PlanSite(description, context);
}

class PlanSite implements Site {
  readonly #context: SiteContext;
  readonly #plan: SitePlan;
  readonly #codes: Readonly<Record<string, number>>;
  readonly #partitions: number;
  readonly #texts: string[] = [];
  readonly #tables = new SiteTables(this.#texts);
  readonly #levels: Operator[][];
  readonly #inbox: Inbox;
  readonly #retained = new RetainedBuffers();
  readonly #preparers: ReadonlyMap<number, Preparer>;
  /** Next slice of each level. */
  readonly #next: number[];
  readonly #running = new Map<number, RunningSlice>();
  /** By slice: what one slice sends must not take along the buffers of the next, which may be half done. */
  readonly #outbox = new Map<number, Outgoing[]>();
  #open = true;

  constructor(description: SiteDescription, context: SiteContext) {
    const { plan, codes } = description.plan as BoundSitePlan;
    this.#context = context;
    this.#plan = plan;
    this.#codes = codes;
    this.#partitions = description.partitions;
    this.#levels = this.#createLevels(plan.operations);
    this.#next = this.#levels.map(() => 0);
    this.#inbox = createInbox(plan, description.partitions);
    this.#preparers = createPreparers(plan, (index) => this.#kernel<MapKernel>(index));
  }

  receive(frame: Frame): void {
    if (!this.#open) return;
    try {
      if (frame.symbols) this.#learn(frame.symbols);
      const preparer = this.#preparers.get(frame.edge);
      if (preparer) {
        this.#context.send({ kind: "host" }, preparer(frame, this.#context.partition));
        return;
      }
      this.#inbox.put(frame);
      this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#open = false;
    this.#running.clear();
  }

  #learn({ first, texts }: NonNullable<Frame["symbols"]>): void {
    for (let i = 0; i < texts.length; i++) this.#texts[first + i] = texts[i]!;
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
    const slice = this.#running.get(number) ?? this.#openSlice(number, level);
    for (const operator of this.#levels[level]!) operator.run(slice);
    const last = level === this.#levels.length - 1;
    const outbox = this.#outbox.get(number) ?? [];
    const [now, later] = last ? [outbox, []] : split(outbox);
    this.#outbox.set(number, later);
    const given = sendAll(now, this.#context, last ? this.#retained : undefined);
    if (!last) return;
    for (const stream of slice.streams) {
      if (stream) freeBuffers(stream, (buffer) => given.has(buffer) || this.#retained.has(buffer));
    }
    this.#outbox.delete(number);
    slice.release();
    this.#running.delete(number);
    this.#inbox.forget(number);
    this.#context.done(number);
  }

  #openSlice(number: number, level: number): RunningSlice {
    const { untilUs, lastTimesUs, isLast = false } = this.#inbox.boundsOf(number, level);
    const streams: (StreamData | undefined)[] = [];
    const slots = this.#tables.cache(streams);
    const slice: RunningSlice = {
      number,
      level,
      untilUs,
      lastTimesUs,
      isLast,
      streams,
      framesOf: (edge) => this.#inbox.framesOf(number, edge),
      slotsOf: (stream, keys, adds) => slots.slotsOf(stream, keys, adds),
      release: () => slots.release(),
    };
    this.#running.set(number, slice);
    return slice;
  }

  #createLevels(operations: readonly LeveledOperation[]): Operator[][] {
    const holds = new Map<number, HoldOperator>();
    const context = this.#operatorContext();
    const count = Math.max(-1, ...operations.map(({ level }) => level)) + 1;
    const levels = Array.from({ length: count }, (): Operator[] => []);
    const symbolsOf = (stream: number, places: readonly number[]) =>
      places.map((place) => this.#plan.symbols[stream]![place]!);
    for (const { level, operation } of operations) {
      levels[level]!.push(createOperator(operation, context, { symbolsOf, holds }));
    }
    return levels;
  }

  #operatorContext(): OperatorContext {
    return {
      partition: this.#context.partition,
      partitions: this.#partitions,
      texts: this.#texts,
      retained: this.#retained,
      codeOf: (constant) => this.#codeOf(constant),
      tableOf: (isSymbol) => this.#tables.of(isSymbol),
      kernel: (index, order) => this.#kernel(index, order),
      destinationOf: (edge, partition) => this.#destinationOf(edge, partition),
      sendLater: (destination, frame) => this.#post({ destination, frame }),
    };
  }

  #kernel<K extends RowKernel | TumblingKernel | MapKernel>(index: number, order?: SlotOrder) {
    const { text, feature } = this.#plan.kernels[index]!;
    const linked = linkKernel<K>(text, {
      texts: this.#texts,
      codeOf: (text) => this.#codeOf({ symbol: text }),
      holeOf: (plugin, hole) => this.#context.holesOf(plugin)[hole],
      ...(order ? { order: (slots: Int32Array<ArrayBuffer>) => order.sort(slots) } : {}),
    });
    return { text, feature, linked };
  }

  #codeOf(constant: Constant): number {
    if (typeof constant === "number") return constant;
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
    const message = error instanceof Error ? error.message : String(error);
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

type Outgoing = { destination: Destination; frame: Frame };

/** Frames to other sites leave now, frames to the host wait. */
function split(outbox: readonly Outgoing[]): [Outgoing[], Outgoing[]] {
  return [
    outbox.filter(({ destination }) => destination.kind === "site"),
    outbox.filter(({ destination }) => destination.kind === "host"),
  ];
}

/**
 * A buffer can be given away once: what stands in several columns or frames, is a part, or is kept for later
 * slices is copied, all of it before the first frame leaves; returns the buffers given away. Without `retained` each column was made for its
 * frame alone.
 */
function sendAll(
  outbox: readonly Outgoing[],
  context: SiteContext,
  retained: RetainedBuffers | undefined,
): ReadonlySet<ArrayBuffer> {
  const given = new Set<ArrayBuffer>();
  const ready = outbox.map(({ destination, frame }) => {
    const columns = frame.batch.columns.map((column) => {
      const { buffer } = column;
      const isWhole = column.byteLength === buffer.byteLength;
      if (!retained || (isWhole && !given.has(buffer) && !retained.has(buffer))) {
        given.add(buffer);
        return column;
      }
      return column.slice();
    });
    return { destination, frame: { ...frame, batch: { length: frame.batch.length, columns } } };
  });
  for (const { destination, frame } of ready) context.send(destination, frame);
  return given;
}
