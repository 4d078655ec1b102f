/** What a running operation sees: one slice at a time, with the streams of its site. */
import type { Constant } from "../../../dsl/mod.ts";
import type { Destination, Frame } from "../frames.ts";
import type { KeyKind } from "../key_kinds.ts";
import type { KernelText } from "../../../dsl/mod.ts";
import type { MapKernel, RowKernel, TumblingKernel } from "../link.ts";
import type { RetainedBuffers } from "../retained.ts";
import type { SlotOrder, SlotTable } from "../slots_of_site.ts";
import type { RowFailures } from "../row_failures.ts";
import type { SliceReports } from "../slice_reports.ts";
import type { StreamData } from "../stream_data.ts";

export interface Operator {
  run(slice: Slice): void;
  /** A copy of what it keeps from slice to slice, as structured-cloneable data; absent where it keeps nothing. */
  snapshot?(): unknown;
  /** Takes a snapshot up; its arrays are the operator's from then on. */
  restore?(from: unknown): void;
  /** True if a slice leaves untouched what it keeps. */
  isIdle?(slice: Slice): boolean;
}

/** One slice on its way through a site. */
export interface Slice {
  readonly number: number;
  /** All rows below it have come. */
  readonly untilUs: number;
  readonly isLast: boolean;
  readonly barrier: boolean;
  readonly aside: boolean;
  readonly lastTimesUs: readonly number[] | undefined;
  readonly reports: SliceReports;
  /** Rows by stream; set by the operation that makes them. */
  readonly streams: (StreamData | undefined)[];
  /** Frames of an edge, by producer. */
  framesOf(edge: number): readonly Frame[];
  /** Slots of a stream's keys, computed once per slice. */
  slotsOf(
    stream: number,
    keys: readonly number[],
    adds: boolean,
  ): { slots: Int32Array<ArrayBuffer>; table: SlotTable };
}

/** What operators are made from. */
export interface OperatorContext {
  readonly partition: number;
  readonly partitions: number;
  /** Texts of symbols by code, as far as the site knows them. */
  readonly texts: readonly string[];
  /** What the columns of a stream hold, as keys. */
  kindsOf(stream: number): readonly KeyKind[];
  /** Hashes of the texts, for routing; the array is replaced when it grows. */
  textHashes(): Int32Array;
  readonly retained: RetainedBuffers;
  codeOf(constant: Constant): number;
  tableOf(kinds: readonly KeyKind[]): { readonly table: SlotTable; readonly order: SlotOrder };
  kernel<K extends RowKernel | TumblingKernel | MapKernel>(index: number, order?: SlotOrder): {
    readonly text: KernelText;
    readonly linked: K;
    readonly feature: string;
    /** Absent where a row that cannot be computed stops the site. */
    readonly failures: RowFailures | undefined;
  };
  /** Destination of an edge, for a consumer partition. */
  destinationOf(edge: number, partition: number): Destination;
  /** Sends at the end of the slice, when nobody here reads the buffers any more. */
  sendLater(destination: Destination, frame: Frame): void;
}

/** The stream's rows; an operation may read it only after its producer ran. */
export function streamOf(slice: Slice, stream: number): StreamData {
  const data = slice.streams[stream];
  if (!data) throw new RangeError(`Cannot read stream ${stream}: it has no rows yet`);
  return data;
}
