/** Everything that is ever posted between the nursery, the host and a guest. Plain data and transferables. */
import type { Frame, RowErrorReport, SiteDescription, SiteFailure } from "../engine/frames.ts";
import type { TemplateDescription } from "../../dsl/template.ts";
import type { Pulse } from "./pulse.ts";

/** Changes whenever a message below does; a guest of another version refuses to open. */
export const PROTOCOL_VERSION = 3;

/** Lines that a guest may print in its life. */
export const MOST_LOG_LINES = 1000;

/** What a guest is born with. */
export interface GuestBirth {
  /** Where the host speaks to it. */
  readonly port: MessagePort;
  /** Name of the web lock it holds for life; a worker without one cannot be stopped while it is busy. */
  readonly lock: string;
  readonly heapMb: number;
  /** Limit of the memory outside the heap, and of each single buffer. */
  readonly bufferMb: number;
  /** Tells the host when code of the plugin runs. */
  readonly pulse: Pulse;
}

/** A port to another worker, which has these partitions of a site. */
export interface Peer {
  readonly site: number;
  /** The site, as errors name it. */
  readonly name: string;
  readonly partitions: readonly number[];
  readonly port: MessagePort;
}

/** A partition that a worker is to have. */
export interface PartitionToOpen {
  readonly partition: number;
  /** What it begins with, as a barrier handed it over. */
  readonly state?: unknown;
}

/** What the host asks of a guest. */
export type HostToGuest =
  | { readonly kind: "describe"; readonly version: number }
  | {
    readonly kind: "open";
    readonly version: number;
    readonly site: SiteDescription;
    readonly partitions: readonly PartitionToOpen[];
    readonly peers: readonly Peer[];
  }
  | AddressedFrame
  | { readonly kind: "ping" };

/** A frame for one of the partitions of the worker that gets it. */
export interface AddressedFrame {
  readonly kind: "frame";
  readonly partition: number;
  readonly frame: Frame;
}

/** One template a plugin bundle recorded. */
export interface RecordedTemplate {
  /** Absolute path of the module that called `plugin`. */
  readonly file: string;
  readonly template: TemplateDescription;
}

/** What a guest tells the host. */
export type GuestToHost =
  | {
    readonly kind: "described";
    readonly templates: readonly RecordedTemplate[];
    /** Index of the entry module's default export in `templates`; -1 when that is no plugin. */
    readonly entry: number;
  }
  | { readonly kind: "opened" }
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "done"; readonly partition: number; readonly slice: number }
  /** What a partition keeps as of the end of a barrier slice; comes before its `done`. */
  | {
    readonly kind: "snapshot";
    readonly partition: number;
    readonly slice: number;
    readonly state: unknown;
  }
  | {
    readonly kind: "row errors";
    readonly partition: number;
    readonly slice: number;
    readonly errors: readonly RowErrorReport[];
  }
  | { readonly kind: "failed"; readonly failure: SiteFailure }
  | { readonly kind: "log"; readonly text: string }
  | { readonly kind: "pong" };

/** Between two guests. */
export type GuestToGuest = AddressedFrame;

/** Why a worker ended without being asked to. */
export interface WorkerFailure {
  readonly reason: "out-of-memory" | "uncaught" | "ended";
  readonly message: string;
}

/**
 * What the host asks of the nursery. Threads of the product's own have the process's permissions, so they can be had
 * only before the first worker is started for a plugin.
 */
export type HostToNursery =
  | { readonly kind: "loaded" }
  | {
    readonly kind: "start own";
    readonly id: number;
    readonly name: string;
    readonly module: string;
    readonly port: MessagePort;
  }
  | {
    readonly kind: "start";
    readonly id: number;
    readonly name: string;
    readonly code: string;
    readonly heapMb: number;
    readonly bufferMb: number;
    readonly port: MessagePort;
    readonly pulse: Pulse;
  }
  | { readonly kind: "stop"; readonly id: number }
  | { readonly kind: "exit"; readonly code: number };

/** What the nursery tells the host. */
export type NurseryToHost =
  | { readonly kind: "begin"; readonly args: readonly string[] }
  | { readonly kind: "abort"; readonly signal: "SIGINT" | "SIGTERM" }
  | { readonly kind: "failed"; readonly id: number; readonly failure: WorkerFailure }
  | { readonly kind: "stopped"; readonly id: number };
