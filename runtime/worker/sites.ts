/** Running sites in sandboxed workers, one for each site and partition, joined by ports. */
import { buffersOf } from "../arrow/batch.ts";
import type { Destination, Frame, SiteDescription } from "../engine/frames.ts";
import type { FeaturizerError } from "../errors.ts";
import { bundleRuntime } from "./bundle.ts";
import { GuestHandle } from "./guest_handle.ts";
import type { WorkerLauncher } from "./launcher.ts";
import { type Peer, PROTOCOL_VERSION } from "./protocol.ts";
import { withoutSourceMap } from "./source_place.ts";

/** A site and the code it runs on. */
export interface SiteToOpen {
  /** What the site is built from. */
  readonly description: SiteDescription;
  /** The bundle of a loaded plugin whose holes the site calls; by default the guest runtime alone. */
  readonly code?: string;
}

/** Who listens to open sites. Called from the event loop, never from within `send`. */
export interface SiteListener {
  /** A frame for the host has come, from a partition of a site. */
  onFrame(frame: Frame, site: number): void;
  /** A slice has passed through every level of a partition. */
  onDone(site: number, partition: number, slice: number): void;
  /** A partition has stopped for good. */
  onFailure(error: FeaturizerError): void;
}

/** What sites in workers need. */
export interface OpenSitesOptions extends SiteListener {
  /** Where workers come from. */
  readonly launcher: WorkerLauncher;
  /** Workers of each site. */
  readonly partitions: number;
  /** Heap limit of each worker; 512 by default. */
  readonly heapMb?: number;
  /** How long a worker may stay without an answer; 10 s by default. */
  readonly silenceMs?: number;
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

interface Place {
  readonly description: SiteDescription;
  readonly code: string;
  readonly partition: number;
}

const HEAP_MB = 512;
const SILENCE_MS = 10_000;

/** Starts the workers, connects them and opens their sites; throws the first failure before all are open. */
export async function openSites(
  sites: readonly SiteToOpen[],
  options: OpenSitesOptions,
): Promise<OpenSites> {
  const places = (await Promise.all(sites.map((site) => toPlaces(site, options.partitions))))
    .flat();
  const peers = connectAll(places);
  const guests = new Map<string, GuestHandle>();
  const close = async () => {
    await Promise.all([...guests.values()].map((guest) => guest.close()));
  };
  const opened = await Promise.allSettled(
    places.map((place) => openPlace(place, peers, guests, options)),
  );
  const failed = opened.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  return { send: (destination, frame) => send(guests, destination, frame), close };
}

async function toPlaces(site: SiteToOpen, partitions: number): Promise<Place[]> {
  const { description } = site;
  if (description.partitions > partitions) {
    throw new RangeError(`Cannot open "${description.name}": it counts on more partitions`);
  }
  const code = site.code ?? (await bundleRuntime()).code;
  return Array.from({ length: partitions }, (_, partition) => ({ description, code, partition }));
}

function send(guests: Map<string, GuestHandle>, destination: Destination, frame: Frame): void {
  if (destination.kind === "host") return;
  const guest = guests.get(nameOf(destination.site, destination.partition));
  guest?.post({ kind: "frame", frame }, buffersOf(frame.batch));
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

function toPeer({ description, partition }: Place, port: MessagePort): Peer {
  return { site: description.site, partition, port };
}

async function openPlace(
  place: Place,
  allPeers: ReadonlyMap<Place, Peer[]>,
  guests: Map<string, GuestHandle>,
  options: OpenSitesOptions,
): Promise<void> {
  const { description, code, partition } = place;
  const { launcher, heapMb = HEAP_MB, silenceMs = SILENCE_MS } = options;
  const { name, site } = description;
  const opened = Promise.withResolvers<void>();
  let open = false;
  const worker = await launcher.launch({ code: withoutSourceMap(code), name, heapMb });
  const guest = new GuestHandle(worker, {
    name,
    code,
    silenceMs,
    onLog: options.onLog,
    onMessage: (message) => {
      if (message.kind === "frame") {
        if (message.frame.from !== partition) return guest.reject();
        options.onFrame(message.frame, site);
      }
      if (message.kind === "done") options.onDone(site, partition, message.slice);
      if (message.kind === "opened") {
        open = true;
        opened.resolve();
      }
    },
    onFailure: (error) => open ? options.onFailure(error) : opened.reject(error),
  });
  guests.set(nameOf(site, partition), guest);
  const peers = allPeers.get(place) ?? [];
  const transfer = peers.map(({ port }) => port);
  guest.post(
    { kind: "open", version: PROTOCOL_VERSION, site: description, partition, peers },
    transfer,
  );
  await opened.promise;
}

function nameOf(site: number, partition: number): string {
  return `${site}:${partition}`;
}
