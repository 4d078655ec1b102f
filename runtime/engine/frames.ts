/**
 * The engine's border: frames in, frames out. A site (the part of a plan that one worker runs) is handed
 * these and never knows whether a worker port, a function call or an engine of another machine carries them.
 */
import type { Batch } from "../arrow/batch.ts";

/** Who a frame is for: the host that coordinates a run, or one partition of a site. */
export type Destination =
  | { readonly kind: "host" }
  | { readonly kind: "site"; readonly site: number; readonly partition: number };

/** The rows of one slice that one producer has for one edge; also sent when there are none. */
export interface Frame {
  readonly edge: number;
  /** Partition of the producer; 0 for the host. */
  readonly from: number;
  /** Slices count up by one for every edge. */
  readonly slice: number;
  readonly batch: Batch;
  /** Of rows to prepare: the number in its file of the first. */
  readonly firstRow?: number;
  /** True on the run's last slice. */
  readonly isLast?: boolean;
  /** True on a slice after which every site hands over what it keeps. */
  readonly barrier?: boolean;
  /** True on a slice that is answered and then forgotten: it changes nothing that a site keeps. */
  readonly aside?: boolean;
  /** Every row of the run with an event time below it is in this slice or an earlier one; Infinity on the last. */
  readonly untilUs: number;
  /**
   * Texts of the producer's symbols from code `first` on that this consumer has not heard of: the host's where its
   * plan reads texts, every producer's where the plan makes texts.
   */
  readonly symbols?: { readonly first: number; readonly texts: readonly string[] };
  /** On the last slice of a labelled set: spine rows past the end of the label's data. */
  readonly dropped?: number;
  /** The largest event time of each source that has ended, Infinity of the others; by source number. */
  readonly lastTimesUs?: readonly number[];
}

/** Why a site stopped. */
export interface SiteFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly feature?: string;
  readonly stack?: string;
}

/** A row whose outputs are null because they cannot be computed. */
export interface RowErrorReport {
  readonly feature: string;
  readonly timeUs: number;
  /** The row's place of delivery; infinite where it has none. */
  readonly sequence: number;
  readonly message: string;
  /** How many rows the report stands for, where there were too many to tell each; 1 by default. */
  readonly rows?: number;
}

/** What a site is given besides its description. */
export interface SiteContext {
  readonly partition: number;
  /** The hole values of a plugin's template, in the realm that evaluated it; holes[i] is `${…}` number i. */
  holesOf(plugin: string): readonly unknown[];
  /** Ownership of the batch's buffers goes with it. */
  send(destination: Destination, frame: Frame): void;
  /** What the site keeps as of the end of a barrier slice, before `done`. The buffers are the receiver's. */
  snapshot?(slice: number, state: unknown): void;
  /** Rows of the slice that could not be computed, before `done`; a few of them if there are many. */
  rowErrors?(slice: number, errors: readonly RowErrorReport[]): void;
  /** The slice has passed through every level of this site. */
  done(slice: number): void;
  fail(failure: SiteFailure): void;
}

/** One partition of a site, open. `receive` never throws: failures go to `fail`, after which it ignores frames. */
export interface Site {
  receive(frame: Frame): void;
  /** What it takes to go on where it is, as structured-cloneable data; throws while a slice is under way. */
  snapshot(): unknown;
  close(): void;
}

/** What a site is built from: plain data, sent to the worker once. */
export interface SiteDescription {
  readonly site: number;
  readonly name: string;
  /** Plugins whose function holes the site calls; empty for a site of generated code alone. */
  readonly plugins: readonly string[];
  readonly partitions: number;
  /** The engine's own part; see `plan` in `site.ts`. */
  readonly plan: unknown;
  /** What a row that cannot be computed does: stops the site, the default, or has null in all its outputs. */
  readonly rowErrors?: "fail" | "null";
  /** Which site sends on which edge; what comes on another is forged. */
  readonly edges?: readonly { readonly edge: number; readonly from: number }[];
}
