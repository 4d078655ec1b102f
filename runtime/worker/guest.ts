/**
 * The guest runtime: the message loop of a worker that runs partitions of a site.
 *
 * G1. The life lock is held and the realm locked down before any plugin code runs.
 * G2. All ports have arrived before any plugin code runs: the platform walks the list of arriving ports with an
 *     iterator that a plugin could replace.
 * G3. A message is handled to its end before the next; `busy` found true by a timer or by the next message
 *     means that the handler was cut off, which only the heap limit does.
 * G4. Nothing is thrown out of a handler: an uncaught error would be printed by the platform.
 */
import { buffersOf } from "../arrow/batch.ts";
import type {
  Destination,
  Frame,
  Site,
  SiteContext,
  SiteDescription,
  SiteFailure,
} from "../engine/frames.ts";
import { isRecord, parseFrame } from "./frame_check.ts";
import * as realm from "./guest_realm.ts";
import { describeRecorded, holesOf, indexOfRecorded } from "./guest_recorder.ts";
import { lockDown } from "./lockdown.ts";
import {
  type AddressedFrame,
  type GuestToHost,
  type HostToGuest,
  MOST_LOG_LINES,
  type Peer,
  PROTOCOL_VERSION,
} from "./protocol.ts";
import { buffersOfState } from "./state_check.ts";
import { watchedHole } from "./watched_hole.ts";

export interface GuestParts {
  createSite(description: SiteDescription, context: SiteContext, state?: unknown): Site;
  /** Evaluates the plugin's modules; absent in a guest that carries none. */
  load?(): Promise<{ readonly default?: unknown }>;
}

/** Who may send what through a port. */
interface Sender {
  readonly name: string;
  isOwn(frame: Frame): boolean;
}

const MEMORY_CHECK_MS = 100;
const FULL_HEAP_SHARE = 0.9;
const OUT_OF_MEMORY = { code: "PLUGIN_OUT_OF_MEMORY", message: "its heap limit was reached" };
const OUT_OF_BUFFERS = {
  code: "PLUGIN_OUT_OF_MEMORY",
  message: "its buffers take more memory than it may have outside its heap",
};
const LOG_CHARACTERS = 4000;

/** Runs the guest for the life of the worker. */
export async function startGuest(parts: GuestParts): Promise<void> {
  await realm.holdLifeLock();
  lockDown({ log: createLog(), mostBufferBytes: realm.mostBufferBytes });
  const guest = new Guest(parts);
  realm.repeat(() => guest.checkMemory(), MEMORY_CHECK_MS);
  realm.listenToUncaught((error) => guest.fail("PLUGIN_FAILED", error));
  guest.listen();
}

function createLog(): (text: string) => void {
  let lines = 0;
  return (text) => {
    if (++lines > MOST_LOG_LINES) return;
    realm.postToHost({ kind: "log", text: text.slice(0, LOG_CHARACTERS) });
  };
}

class Guest {
  readonly #parts: GuestParts;
  readonly #peers = new Map<string, MessagePort>();
  readonly #toSelf: { readonly site: Site; readonly frame: Frame }[] = [];
  readonly #sites = new Map<number, Site>();
  #entry: unknown;
  #loading = false;
  #busy = false;
  #over = false;

  constructor(parts: GuestParts) {
    this.#parts = parts;
  }

  listen(): void {
    realm.listenToHost((message) => this.#handle(() => this.#onHost(message as HostToGuest)));
  }

  /** Tells the host once when a handler, or loading, was cut off by the heap limit, or buffers reach theirs. */
  checkMemory(): void {
    const full = this.#busy || (this.#loading && realm.usedHeapShare() > FULL_HEAP_SHARE);
    if (full) this.#stop(OUT_OF_MEMORY);
    else if (realm.externalBytes() > realm.mostBufferBytes) this.#stop(OUT_OF_BUFFERS);
  }

  /** Tells the host of an error of the plugin's or our own, and ends all work. */
  fail(code: string, error: unknown): void {
    this.#stop({ code, ...describeError(error) });
  }

  #stop(failure: SiteFailure): void {
    if (this.#over) return;
    this.#over = true;
    post({ kind: "failed", failure });
  }

  #handle(act: () => void): void {
    if (this.#busy) this.#stop(OUT_OF_MEMORY);
    if (this.#over) return;
    this.#busy = true;
    try {
      act();
      for (let own = this.#toSelf.shift(); own !== undefined; own = this.#toSelf.shift()) {
        own.site.receive(own.frame);
      }
    } catch (error) {
      this.fail("PLUGIN_FAILED", error);
    }
    this.#busy = false;
  }

  #onHost(message: HostToGuest): void {
    switch (message.kind) {
      case "ping":
        if (!this.#loading) post({ kind: "pong" });
        return;
      case "frame":
        return this.#sites.get(message.partition)?.receive(message.frame);
      case "describe":
        return this.#begin(message.version, () => this.#describe());
      case "open":
        for (const peer of message.peers) this.#connect(peer, message.site.edges);
        return this.#begin(message.version, () => this.#open(message));
      default:
        message satisfies never;
    }
  }

  /** Loads the plugin, then acts. Until it is loaded the guest answers nothing. */
  #begin(version: number, act: () => void): void {
    if (version !== PROTOCOL_VERSION) {
      throw new Error(`Cannot speak protocol ${version}: the guest speaks ${PROTOCOL_VERSION}`);
    }
    this.#loading = true;
    this.#load().then((loaded) => {
      if (loaded) this.#handle(act);
    });
  }

  async #load(): Promise<boolean> {
    const loaded = realm.beginLoading();
    try {
      this.#entry = (await this.#parts.load?.())?.default;
      this.#loading = false;
      return true;
    } catch (error) {
      this.fail("PLUGIN_FAILED_TO_LOAD", error);
      return false;
    } finally {
      loaded();
    }
  }

  #describe(): void {
    const entry = indexOfRecorded(this.#entry);
    post({ kind: "described", templates: describeRecorded(), entry });
  }

  #open(message: Extract<HostToGuest, { kind: "open" }>): void {
    const { site, partitions } = message;
    for (const { partition, state } of partitions) {
      const context = this.#contextOf(site.site, partition);
      this.#sites.set(partition, this.#parts.createSite(site, context, state));
    }
    post({ kind: "opened" });
  }

  #contextOf(site: number, partition: number): SiteContext {
    return {
      partition,
      holesOf: (plugin) => holesOf(plugin).map((hole) => watchedHole(hole, realm.pulse)),
      send: (destination, frame) => this.#send(destination, frame, site),
      done: (slice) => post({ kind: "done", partition, slice }),
      snapshot: (slice, state) =>
        post({ kind: "snapshot", partition, slice, state }, buffersOfState(state)),
      rowErrors: (slice, errors) => post({ kind: "row errors", partition, slice, errors }),
      fail: (failure) => this.#stop(failure),
    };
  }

  #connect(peer: Peer, edges: SiteDescription["edges"]): void {
    const { port, site, partitions, name } = peer;
    for (const partition of partitions) this.#peers.set(`${site}:${partition}`, port);
    const edgesOfPeer = edges && new Set(
      edges.filter(({ from }) => from === site).map(({ edge }) => edge),
    );
    const isOwn = ({ from, edge }: Frame) =>
      partitions.includes(from) && (edgesOfPeer?.has(edge) ?? true);
    realm.listenTo(port, (message) => this.#handle(() => this.#onPeer(message, { name, isOwn })));
  }

  #onPeer(message: unknown, { name, isOwn }: Sender): void {
    const frame = isRecord(message) ? parseFrame(message.frame) : undefined;
    const to = isRecord(message) ? this.#sites.get(Number(message.partition)) : undefined;
    if (frame !== undefined && to !== undefined && isOwn(frame)) return to.receive(frame);
    this.#stop({
      code: "PLUGIN_FORGED_MESSAGE",
      message: `it cannot read a frame of "${name}"`,
    });
  }

  #send(destination: Destination, frame: Frame, self: number): void {
    if (destination.kind === "host") return post({ kind: "frame", frame }, buffersOf(frame.batch));
    const { site, partition } = destination;
    const own = site === self ? this.#sites.get(partition) : undefined;
    if (own) {
      this.#toSelf.push({ site: own, frame });
      return;
    }
    const peer = this.#peers.get(`${site}:${partition}`);
    if (peer === undefined) {
      throw new Error(`Cannot send to site ${site}, partition ${partition}: there is none`);
    }
    const message: AddressedFrame = { kind: "frame", partition, frame };
    realm.postToPeer(peer, message, buffersOf(frame.batch));
  }
}

/** A plugin may throw anything, also what throws when it is looked at. */
function describeError(error: unknown): { readonly message: string; readonly stack?: string } {
  try {
    if (!(error instanceof Error)) return { message: String(error) };
    const message = `${error.name}: ${error.message}`;
    const { stack } = error;
    return typeof stack === "string" ? { message, stack } : { message };
  } catch {
    return { message: "an error that cannot be shown" };
  }
}

function post(message: GuestToHost, transfer?: Transferable[]): void {
  realm.postToHost(message, transfer);
}
