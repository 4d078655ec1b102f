/**
 * Sites that are tried on their way: a slice may come as an aside first, whose frames must be those the
 * slice itself makes then; and after a barrier all sites may be lost with the slices under way, to begin again from
 * what they handed over.
 */
import assert from "node:assert/strict";
import { buffersOf } from "../../runtime/arrow/mod.ts";
import {
  type BoundSitePlan,
  createSite,
  type Destination,
  type Frame,
  type Site,
  type SiteContext,
  type SiteDescription,
} from "../../runtime/engine/mod.ts";
import type { EvaluateRequest } from "../../runtime/set/evaluate.ts";
import {
  type OpenSites,
  openSitesInline,
  type SiteListener,
  type SiteToOpen,
} from "../../runtime/worker/mod.ts";
import { buffersOfState, isState } from "../../runtime/worker/state_check.ts";
import type { Random } from "./random.ts";

type Opening = NonNullable<EvaluateRequest["openSites"]>;

export interface TriedOptions {
  readonly random: Random;
  holesOf?(plugin: string): readonly unknown[];
  /** Opens the sites, again after each barrier; in this thread by default. */
  openInner?(sites: readonly SiteToOpen[], listener: SiteListener): Promise<OpenSites>;
  /** Chances that a slice comes as an aside first, and that one of those under way is a barrier. */
  readonly asides: number;
  readonly barriers: number;
}

/** What was tried. */
export interface Trials {
  asides: number;
  barriers: number;
  /** Slices that were under way when sites were lost. */
  lost: number;
  /** Frames that took rows to the host. */
  spilled: number;
}

interface Sent {
  readonly destination: Extract<Destination, { kind: "site" }>;
  readonly frame: Frame;
}

interface HostSlice {
  readonly number: number;
  readonly sent: Sent[];
}

/** What came back of an inner slice. */
interface Returned {
  readonly frames: {
    readonly frame: Frame;
    readonly site: number;
    readonly known: number;
  }[];
  readonly done: { readonly site: number; readonly partition: number }[];
}

export function triedSites(options: TriedOptions): { openSites: Opening; trials: Trials } {
  const trials: Trials = { asides: 0, barriers: 0, lost: 0, spilled: 0 };
  return {
    trials,
    openSites: (sites, listener) => TriedSites.open(sites, listener, { ...options, trials }),
  };
}

class TriedSites {
  readonly #sites: readonly SiteToOpen[];
  readonly #listener: SiteListener;
  readonly #options: TriedOptions & { readonly trials: Trials };
  readonly #places: number;
  /** Edges of rows that the host keeps for a site: an aside hands none over. */
  readonly #spilling: ReadonlySet<number>;
  readonly #texts = new Map<string, string[]>();
  /** By place: how many texts it heard since its sites were opened. */
  #told = new Map<string, number>();
  /** By place: how many of its texts the host heard. */
  readonly #heard = new Map<string, number>();
  /** By place: its texts, as far as it told them since it was opened. */
  #made = new Map<string, string[]>();
  #preparing = 0;
  #prepared = Promise.withResolvers<void>();
  /** Rows to prepare wait while sites are cut: what is made of them would have other codes afterwards. */
  #held: Sent[] | undefined;
  #waiting: HostSlice[] = [];
  #inner!: OpenSites;
  #next = 0;
  #returns = new Map<number, Returned>();
  #states = new Map<number, unknown[][]>();
  #working = false;
  #closed = false;
  #worked: Promise<void> = Promise.resolve();
  #atRest = Promise.withResolvers<void>();
  #left = 0;

  constructor(
    sites: readonly SiteToOpen[],
    listener: SiteListener,
    options: TriedOptions & { readonly trials: Trials },
  ) {
    this.#sites = sites;
    this.#listener = listener;
    this.#options = options;
    const active = sites.filter(({ description }) => operationsOf(description).length > 0);
    this.#spilling = new Set(
      sites.flatMap(({ description }) => operationsOf(description)).flatMap(({ operation }) =>
        operation.kind === "kernel" && operation.spill ? [operation.spill.out] : []
      ),
    );
    this.#places = active.reduce((sum, { description }) => sum + description.partitions, 0);
  }

  static async open(...args: ConstructorParameters<typeof TriedSites>): Promise<OpenSites> {
    const tried = new TriedSites(...args);
    await tried.#openInner();
    return {
      send: (destination, frame) => tried.#send(destination, frame),
      close: () => tried.#close(),
    };
  }

  async #openInner(states?: readonly (readonly unknown[])[]): Promise<void> {
    this.#next = 0;
    this.#told = new Map();
    this.#made = new Map();
    const { openInner = this.#openHere } = this.#options;
    this.#inner = await openInner(
      this.#sites.map(({ description }, index) => ({
        description,
        ...(states ? { states: states[index]! } : {}),
      })),
      {
        onRowErrors: (site, errors, slice) => this.#listener.onRowErrors?.(site, errors, slice),
        onFrame: (frame, site) => this.#onFrame(frame, site),
        onSnapshot: (site, partition, slice, state) => {
          assert.ok(isState(state));
          const index = this.#sites.findIndex(({ description }) => description.site === site);
          this.#states.get(slice)![index]![partition] = state;
        },
        onDone: (site, partition, slice) => {
          this.#returns.get(slice)!.done.push({ site, partition });
          if (--this.#left === 0) this.#atRest.resolve();
        },
        onFailure: (error) => {
          this.#listener.onFailure(error);
          this.#atRest.resolve();
        },
      },
    );
  }

  readonly #openHere = (sites: readonly SiteToOpen[], listener: SiteListener) =>
    openSitesInline(sites, {
      ...listener,
      partitions: sites[0]!.description.partitions,
      createSite: createGivingSite,
      holesOf: (plugin) => this.#options.holesOf?.(plugin) ?? [],
    });

  #send(destination: Destination, frame: Frame): void {
    if (destination.kind === "host") return;
    const place = `${destination.site}:${destination.partition}`;
    if (frame.symbols) {
      const texts = this.#texts.get(place) ?? [];
      this.#texts.set(place, texts);
      frame.symbols.texts.forEach((text, i) => texts[frame.symbols!.first + i] = text);
    }
    // Rows to prepare are of no slice.
    if (frame.untilUs === -Infinity) {
      if (this.#held) this.#held.push({ destination, frame });
      else this.#prepare({ destination, frame });
      return;
    }
    const last = this.#waiting.at(-1);
    if (last?.number === frame.slice) last.sent.push({ destination, frame });
    else this.#waiting.push({ number: frame.slice, sent: [{ destination, frame }] });
    if (this.#working) return;
    this.#working = true;
    this.#work();
  }

  #prepare({ destination, frame }: Sent): void {
    if (this.#preparing++ === 0) this.#prepared = Promise.withResolvers();
    const place = `${destination.site}:${destination.partition}`;
    this.#inner.send(destination, this.#tell(place, frame));
  }

  #tell(place: string, { symbols: _symbols, ...frame }: Frame): Frame {
    const texts = this.#texts.get(place) ?? [];
    const first = this.#told.get(place) ?? 0;
    if (first === texts.length) return frame;
    this.#told.set(place, texts.length);
    return { ...frame, symbols: { first, texts: texts.slice(first) } };
  }

  #work(): void {
    const begun = Promise.withResolvers<void>();
    setTimeout(() => begun.resolve());
    this.#worked = begun.promise.then(() => this.#runAll());
  }

  async #runAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const slices = this.#waiting;
      this.#waiting = [];
      const { random, barriers } = this.#options;
      const cut = random.chance(barriers) ? random.int(slices.length) : undefined;
      const lost = await this.#run(slices, cut);
      this.#waiting = [...lost, ...this.#waiting];
    }
    this.#working = false;
  }

  /** Runs slices at once; those after the cut are lost and come back. */
  async #run(slices: readonly HostSlice[], cut: number | undefined): Promise<HostSlice[]> {
    const { random, asides, trials } = this.#options;
    if (cut !== undefined) {
      this.#held = [];
      while (this.#preparing > 0 && !this.#closed) await this.#prepared.promise;
    }
    this.#returns = new Map();
    this.#atRest = Promise.withResolvers();
    const plan = slices.flatMap((slice, index) => {
      const isAside = random.chance(asides) && !slice.sent.some(({ frame }) => frame.isLast);
      const own = { slice, inner: 0, aside: false, barrier: index === cut };
      return isAside ? [{ ...own, aside: true, barrier: false }, own] : [own];
    });
    this.#left = plan.length * this.#places;
    for (const entry of plan) {
      entry.inner = this.#next++;
      this.#returns.set(entry.inner, { frames: [], done: [] });
      if (entry.barrier) this.#states.set(entry.inner, this.#sites.map(() => []));
    }
    for (const { slice, inner, aside, barrier } of plan) {
      for (const { destination, frame } of slice.sent) {
        const place = `${destination.site}:${destination.partition}`;
        const flags = { ...(aside ? { aside } : {}), ...(barrier ? { barrier } : {}) };
        const copy = { ...structuredClone(frame), ...flags, slice: inner };
        this.#inner.send(destination, this.#tell(place, copy));
      }
    }
    await this.#atRest.promise;
    if (this.#closed) return [];
    plan.forEach((entry, index) => {
      if (!entry.aside) return;
      trials.asides++;
      this.#assertSame(entry.inner, plan[index + 1]!.inner);
    });
    for (const { slice, inner, aside } of plan) {
      const isLost = cut !== undefined && slices.indexOf(slice) > cut;
      if (!aside && !isLost) this.#handOver(inner, slice.number);
    }
    if (cut === undefined) return [];
    trials.barriers++;
    trials.lost += slices.length - cut - 1;
    await this.#beginAgain(plan.find(({ barrier }) => barrier)!.inner);
    return slices.slice(cut + 1);
  }

  async #beginAgain(barrier: number): Promise<void> {
    await this.#inner.close();
    if (this.#closed) return;
    const states = this.#states.get(barrier)!;
    this.#states = new Map();
    for (const [index, { description }] of this.#sites.entries()) {
      if (operationsOf(description).length === 0) continue;
      assert.equal(states[index]!.filter(Boolean).length, description.partitions);
    }
    await this.#openInner(states);
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const sent of held) this.#prepare(sent);
  }

  #assertSame(aside: number, slice: number): void {
    const shown = (number: number) =>
      this.#returns.get(number)!.frames
        .filter(({ frame }) => !this.#spilling.has(frame.edge))
        .map(({ frame: { edge, from, batch }, site }) => ({ site, edge, from, batch }))
        .sort((a, b) => a.site - b.site || a.edge - b.edge || a.from - b.from);
    assert.deepEqual(shown(aside), shown(slice));
  }

  #handOver(inner: number, number: number): void {
    const { frames, done } = this.#returns.get(inner)!;
    for (const { frame, site, known } of frames) {
      if (this.#spilling.has(frame.edge) && frame.batch.length > 0) this.#options.trials.spilled++;
      this.#give({ ...frame, slice: number }, site, known);
    }
    for (const { site, partition } of done) this.#listener.onDone(site, partition, number);
  }

  #onFrame(frame: Frame, site: number): void {
    const known = this.#learn(frame, site);
    if (frame.untilUs > -Infinity) {
      this.#returns.get(frame.slice)!.frames.push({ frame, site, known });
      return;
    }
    this.#give(frame, site, known);
    if (--this.#preparing === 0) this.#prepared.resolve();
  }

  /** Sites that began again tell all their texts anew; the host stayed. */
  #give(frame: Frame, site: number, known: number): void {
    const { symbols: _symbols, ...rest } = frame;
    const place = `${site}:${frame.from}`;
    const first = this.#heard.get(place) ?? 0;
    if (known <= first) return this.#listener.onFrame(rest, site);
    const texts = this.#made.get(place)!.slice(first, known);
    this.#heard.set(place, known);
    this.#listener.onFrame({ ...rest, symbols: { first, texts } }, site);
  }

  /** Returns how many texts of its own the frame's site has told by now. */
  #learn({ symbols, from }: Frame, site: number): number {
    const place = `${site}:${from}`;
    const made = this.#made.get(place) ?? [];
    this.#made.set(place, made);
    symbols?.texts.forEach((text, i) => made[symbols.first + i] = text);
    return made.length;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.#atRest.resolve();
    this.#prepared.resolve();
    await this.#inner.close();
    await this.#worked;
    await this.#inner.close();
  }
}

function operationsOf({ plan }: SiteDescription): BoundSitePlan["plan"]["operations"] {
  return (plan as BoundSitePlan).plan.operations;
}

/** A site whose buffers leave as a worker's do: transferred. */
function createGivingSite(
  description: SiteDescription,
  context: SiteContext,
  state?: unknown,
): Site {
  const giving: SiteContext = {
    partition: context.partition,
    holesOf: (plugin) => context.holesOf(plugin),
    done: (slice) => context.done(slice),
    fail: (failure) => context.fail(failure),
    rowErrors: (slice, errors) => context.rowErrors?.(slice, errors),
    snapshot: (slice, state) =>
      context.snapshot?.(slice, structuredClone(state, { transfer: buffersOfState(state) })),
    send: (destination, frame) =>
      context.send(destination, structuredClone(frame, { transfer: buffersOf(frame.batch) })),
  };
  return createSite(description, giving, state);
}
