/** Running sites in sandboxed workers, each with some partitions of one site, joined by ports. */
import { buffersOf } from "../arrow/batch.ts";
import type { Destination, Frame, RowErrorReport, SiteDescription } from "../engine/frames.ts";
import type { FeaturizerError } from "../errors.ts";
import { bundleRuntime } from "./bundle.ts";
import { GuestHandle } from "./guest_handle.ts";
import {
  foreignLimits,
  LOAD_MS,
  ownLimits,
  type WorkerLauncher,
  type WorkerLimits,
} from "./launcher.ts";
import { Barriers } from "./barriers.ts";
import { type GuestToHost, type PartitionToOpen, type Peer, PROTOCOL_VERSION } from "./protocol.ts";
import { withoutSourceMap } from "./source_place.ts";

/** A site and the code it runs on. */
export interface SiteToOpen {
  /** What the site is built from. */
  readonly description: SiteDescription;
  /** The bundle of a loaded plugin whose holes the site calls; by default the guest runtime alone. */
  readonly code?: string;
  /** By partition: what it begins with, as a barrier handed it over. */
  readonly states?: readonly unknown[];
}

/** Who listens to open sites. Called from the event loop, never from within `send`. */
export interface SiteListener {
  /** A frame for the host has come, from a partition of a site. */
  onFrame(frame: Frame, site: number): void;
  /** What a partition keeps as of the end of a barrier slice; comes before the slice is done. */
  onSnapshot?(site: number, partition: number, slice: number, state: unknown): void;
  /** Rows of a slice that could not be computed; comes before the slice is done. */
  onRowErrors?(site: number, errors: readonly RowErrorReport[], slice: number): void;
  /** A slice has passed through every level of a partition. */
  onDone(site: number, partition: number, slice: number): void;
  /** Every worker answers, and none has done anything else for a while: what has not come will not come. */
  onIdle?(): void;
  /** A partition has stopped for good, and with it all others of its worker. */
  onFailure(error: FeaturizerError): void;
}

/** What sites in workers need. */
export interface OpenSitesOptions extends SiteListener, WorkerLimits {
  /** Where workers come from. */
  readonly launcher: WorkerLauncher;
  /** Partitions of each site. */
  readonly partitions: number;
  /** Most workers of each site, which share its partitions; as many as partitions by default. */
  readonly workers?: number;
  /** What plugins print; to the error output by default. */
  readonly onLog?: (site: string, text: string) => void;
}

/** Sites that take frames. */
export interface OpenSites {
  /** Ownership of the frame's buffers goes with it. Frames to a stopped partition, and to the host, are dropped. */
  send(destination: Destination, frame: Frame): void;
  /** Takes all sites down and sets them up again from their snapshots; only sites of this thread can, at rest. */
  restart?(): void;
  /** Ends every worker; resolves when they are gone. */
  close(): Promise<void>;
}

/** A worker to be, with the partitions of its site. */
interface Place {
  readonly description: SiteDescription;
  readonly code: string;
  /** Whether the code is a plugin's. */
  readonly isForeign: boolean;
  readonly partitions: readonly PartitionToOpen[];
}

/** Handles by site and partition; partitions of one worker have one. */
type Guests = Map<string, GuestHandle>;

const SILENCE_MS = 10_000;

/** Starts the workers, connects them and opens their sites; throws the first failure before all are open. */
export async function openSites(
  sites: readonly SiteToOpen[],
  options: OpenSitesOptions,
): Promise<OpenSites> {
  const places = (await Promise.all(sites.map((site) => toPlaces(site, options)))).flat();
  const peers = connectAll(places);
  const guests: Guests = new Map();
  const barriers = new Barriers();
  const close = async () => {
    await Promise.all([...guests.values()].map((guest) => guest.close()));
  };
  const opened = await Promise.allSettled(
    places.map((place) => openPlace(place, peers.get(place) ?? [], { guests, barriers, options })),
  );
  const failed = opened.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return {
    send(destination, frame) {
      if (destination.kind === "host") return;
      const { site, partition } = destination;
      if (frame.barrier) barriers.expect(frame.slice);
      const guest = guests.get(nameOf(site, partition));
      guest?.post({ kind: "frame", partition, frame }, buffersOf(frame.batch));
    },
    close,
  };
}

async function toPlaces(
  site: SiteToOpen,
  { partitions, workers = partitions }: OpenSitesOptions,
): Promise<Place[]> {
  const { description, states } = site;
  if (description.partitions > partitions) {
    throw new RangeError(`Cannot open "${description.name}": it counts on more partitions`);
  }
  const code = site.code ?? (await bundleRuntime()).code;
  const all = Array.from({ length: partitions }, (_, partition): PartitionToOpen => ({
    partition,
    ...(states === undefined ? {} : { state: states[partition] }),
  }));
  return Array.from({ length: Math.min(workers, partitions) }, (_, worker) => ({
    description,
    code,
    isForeign: site.code !== undefined,
    partitions: all.filter(({ partition }) => partition % workers === worker),
  }));
}

/** A channel between every two places; each end is listed at its owner. */
function connectAll(places: readonly Place[]): ReadonlyMap<Place, Peer[]> {
  const peers = new Map<Place, Peer[]>(places.map((place) => [place, []]));
  places.forEach((left, index) => {
    for (const right of places.slice(index + 1)) {
      const { port1, port2 } = new MessageChannel();
      peers.get(left)?.push(toPeer(right, port1));
      peers.get(right)?.push(toPeer(left, port2));
    }
  });
  return peers;
}

function toPeer({ description, partitions }: Place, port: MessagePort): Peer {
  return {
    site: description.site,
    name: description.name,
    partitions: partitions.map(({ partition }) => partition),
    port,
  };
}

async function openPlace(
  { description, code, isForeign, partitions }: Place,
  peers: readonly Peer[],
  { guests, barriers, options }: {
    readonly guests: Guests;
    readonly barriers: Barriers;
    readonly options: OpenSitesOptions;
  },
): Promise<void> {
  const { launcher, silenceMs = SILENCE_MS, loadMs = LOAD_MS } = options;
  const { heapMb, bufferMb } = isForeign ? foreignLimits(options) : ownLimits(options);
  const { name, site } = description;
  const opened = Promise.withResolvers<void>();
  let open = false;
  const worker = await launcher.launch({
    code: withoutSourceMap(code),
    name,
    heapMb,
    bufferMb,
  });
  const guest = new GuestHandle(worker, {
    name,
    code,
    silenceMs,
    callMs: options.callMs,
    loadMs: Math.max(silenceMs, loadMs),
    memory: isForeign ? { heapMb, bufferMb } : undefined,
    onLog: options.onLog,
    onIdle: () => {
      if (guests.values().every(({ isIdle }) => isIdle)) options.onIdle?.();
    },
    onMessage: (message) => {
      if (message.kind === "described") return guest.reject();
      if (message.kind === "opened") {
        if (open) return guest.reject();
        open = true;
        return opened.resolve();
      }
      const from = message.kind === "frame" ? message.frame.from : message.partition;
      const isOwn = partitions.some(({ partition }) => partition === from);
      if (!isOwn || !tell(message, site, { barriers, options })) guest.reject();
    },
    onFailure: (error) => open ? options.onFailure(error) : opened.reject(error),
  });
  for (const { partition } of partitions) guests.set(nameOf(site, partition), guest);
  const message = { kind: "open", version: PROTOCOL_VERSION, site: description } as const;
  guest.post({ ...message, partitions, peers }, peers.map(({ port }) => port));
  await opened.promise;
}

type FromSite = Extract<GuestToHost, { kind: "frame" | "done" | "snapshot" | "row errors" }>;

/** Hands the message on; false if nothing of the kind is awaited. */
function tell(
  message: FromSite,
  site: number,
  { barriers, options }: { readonly barriers: Barriers; readonly options: OpenSitesOptions },
): boolean {
  switch (message.kind) {
    case "frame":
      options.onFrame(message.frame, site);
      return true;
    case "done":
      options.onDone(site, message.partition, message.slice);
      return true;
    case "row errors":
      options.onRowErrors?.(site, message.errors, message.slice);
      return true;
    case "snapshot": {
      const { partition, slice, state } = message;
      if (!barriers.take(nameOf(site, partition), slice)) return false;
      options.onSnapshot?.(site, partition, slice, state);
      return true;
    }
  }
}

function nameOf(site: number, partition: number): string {
  return `${site}:${partition}`;
}
