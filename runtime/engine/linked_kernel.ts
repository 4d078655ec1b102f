/** What generated text becomes: the kernels' methods, as operators call them. */
import type { ColumnData } from "./column.ts";
import type { RowFailures } from "./row_failures.ts";
import type { NumberColumn } from "./stream_data.ts";
import type { TiledRows } from "../kernel/mod.ts";

type Slots = Int32Array<ArrayBuffer>;

/** All state of a kernel, fit for structured cloning: it may be read for as long as one likes. */
export interface KernelSnapshot {
  readonly numbers: readonly number[];
  readonly arrays: readonly (Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[];
  readonly objects: readonly unknown[];
}

interface PackedKernel {
  /** The words of all packed columns that the last call of `process` wrote; the caller owns them. */
  words(): Float64Array<ArrayBuffer>;
}

interface StatefulKernel extends PackedKernel {
  reserve(slots: number): void;
  /** The state between two calls of `process`. */
  snapshot(): KernelSnapshot;
  restore(snapshot: KernelSnapshot): void;
}

/** A feature's loop over rows and queries; see `dsl/codegen/kernel_text.ts`. */
export interface RowKernel extends StatefulKernel {
  /** Windows that keep tiles, in the order of the text's. */
  readonly tiled?: readonly Pick<TiledRows, "takeBlocks" | "bringBack" | "skipTo">[];
  /** Returns how many rows came out. Of packed columns it writes where values start. */
  process(
    n: number,
    time: NumberColumn,
    sequence: NumberColumn,
    slots: Slots,
    reads: readonly ColumnData[],
    outputs: readonly ColumnData[],
    selected: Slots | undefined,
    m: number,
    queryTime: NumberColumn,
    querySequence: NumberColumn,
    querySlots: Slots,
    answers: readonly ColumnData[],
  ): number;
}

/** Rows of windows that closed; packed columns as where their values start. */
export interface ClosedRows {
  readonly time: NumberColumn;
  readonly slot: Slots;
  readonly columns: readonly (Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>)[];
}

/** A feature's loop over rows and queries where rows are made by time. */
export interface TumblingKernel extends StatefulKernel {
  process(
    n: number,
    time: NumberColumn,
    sequence: NumberColumn,
    slots: Slots,
    reads: readonly ColumnData[],
    untilUs: number,
    m: number,
    queryTime: NumberColumn,
    querySequence: NumberColumn,
    querySlots: Slots,
    answers: readonly ColumnData[],
  ): ClosedRows;
}

export interface MapKernel extends PackedKernel {
  process(
    n: number,
    time: NumberColumn,
    reads: readonly ColumnData[],
    outputs: readonly ColumnData[],
  ): void;
}

/** What a text may reach besides itself. */
export interface LinkOptions {
  readonly texts: readonly string[];
  codeOf(text: string): number;
  /** The code of a text that may be new; only plans that make texts have it. */
  intern?(text: string): number;
  holeOf(plugin: string, hole: number): unknown;
  /** Takes rows that cannot be computed; without it the first one is thrown. */
  readonly failures?: RowFailures;
  /** Sorts slots by their keys; for kernels that emit in key order. */
  order?(slots: Slots): void;
}
