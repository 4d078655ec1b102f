/** Running sites in the calling thread: for plans without foreign code, and for tests. */
import { setImmediate } from "node:timers";
import type {
  Destination,
  Frame,
  Site,
  SiteContext,
  SiteDescription,
  SiteFailure,
} from "../engine/frames.ts";
import { FeaturizerError } from "../errors.ts";
import type { OpenSites, SiteListener, SiteToOpen } from "./sites.ts";

/** What sites in the calling thread need. */
export interface InlineSitesOptions extends SiteListener {
  /** Partitions of each site. */
  readonly partitions: number;
  /** The engine's `createSite`. */
  createSite(description: SiteDescription, context: SiteContext, state?: unknown): Site;
  /** The hole values of a plugin, evaluated in this realm; by default plugins have none. */
  holesOf?(plugin: string): readonly unknown[];
}

/** Deliveries of one turn of the event loop; then timers and I/O have theirs. */
const DELIVERIES_PER_TURN = 64;

/** Opens the sites here. Frames are delivered later, never from within `send`, in the order they were sent. */
export function openSitesInline(
  sites: readonly Pick<SiteToOpen, "description" | "states">[],
  options: InlineSitesOptions,
): Promise<OpenSites> {
  const inline = new InlineSites(options);
  try {
    for (const site of sites) inline.open(site);
  } catch (error) {
    inline.close();
    return Promise.reject(error);
  }
  return Promise.resolve({
    send: (destination, frame) => inline.send(destination, frame),
    restart: () => inline.restart(),
    close: () => Promise.resolve(inline.close()),
  });
}

class InlineSites {
  readonly #options: InlineSitesOptions;
  readonly #sites = new Map<string, Site>();
  readonly #descriptions: SiteDescription[] = [];
  #queue: (() => void)[] = [];
  #scheduled = false;
  #closed = false;

  constructor(options: InlineSitesOptions) {
    this.#options = options;
  }

  open({ description, states }: Pick<SiteToOpen, "description" | "states">): void {
    this.#descriptions.push(description);
    for (let partition = 0; partition < this.#options.partitions; partition++) {
      this.#openPartition(description, partition, structuredClone(states?.[partition]));
    }
  }

  restart(): void {
    for (const description of this.#descriptions) {
      for (let partition = 0; partition < this.#options.partitions; partition++) {
        const site = this.#sites.get(nameOf(description.site, partition));
        if (site === undefined) continue;
        const snapshot = structuredClone(site.snapshot());
        site.close();
        this.#openPartition(description, partition, snapshot);
      }
    }
  }

  #openPartition(description: SiteDescription, partition: number, state?: unknown): void {
    const { createSite, holesOf = () => [] } = this.#options;
    const { site } = description;
    const name = nameOf(site, partition);
    const context: SiteContext = {
      partition,
      holesOf,
      send: (destination, frame) => this.#sendFrom(site, destination, frame),
      snapshot: (slice, state) =>
        this.#later(() => this.#options.onSnapshot?.(site, partition, slice, state)),
      rowErrors: (slice, errors) =>
        this.#later(() => this.#options.onRowErrors?.(site, errors, slice)),
      done: (slice) => this.#later(() => this.#options.onDone(site, partition, slice)),
      fail: (failure) => this.#fail(name, failure),
    };
    this.#sites.set(name, createSite(description, context, state));
  }

  #sendFrom(site: number, destination: Destination, frame: Frame): void {
    if (destination.kind === "site") return this.send(destination, frame);
    this.#later(() => this.#options.onFrame(frame, site));
  }

  send(destination: Destination, frame: Frame): void {
    if (destination.kind === "host") return;
    const name = nameOf(destination.site, destination.partition);
    this.#later(() => this.#sites.get(name)?.receive(frame));
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    for (const site of this.#sites.values()) site.close();
    this.#sites.clear();
  }

  #fail(name: string, failure: SiteFailure): void {
    const site = this.#sites.get(name);
    if (site === undefined) return;
    this.#sites.delete(name);
    this.#later(() => {
      site.close();
      this.#options.onFailure(toError(failure));
    });
  }

  #later(deliver: () => void): void {
    if (this.#closed) return;
    this.#queue.push(deliver);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    this.#scheduled = false;
    const turn = this.#queue.splice(0, DELIVERIES_PER_TURN);
    for (const deliver of turn) if (!this.#closed) deliver();
    if (this.#queue.length > 0) this.#schedule();
  }
}

function toError({ code, message, hint, stack }: SiteFailure): FeaturizerError {
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  const domain = code === "ENGINE_FAILED" ? "internal" : "user";
  return new FeaturizerError(message, {
    code,
    domain,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

function nameOf(site: number, partition: number): string {
  return `${site}:${partition}`;
}
