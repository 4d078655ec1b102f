/**
 * How aggregates become text. A *part* is one piece of state that a lane of a window keeps: its count, its sum,
 * its sorted values. A *family* says which parts a call reads and writes the call's value from them. Parts are
 * shared by all calls of one lane in one window, so a part's name says all that makes it differ.
 *
 * In a part's texts `k` is the slot (a constant), `x` the lane's first operand, `y` its second, `x2`, `x3` further
 * ones; none is null. A packed operand is an address into `xw`, `yw`, …. A part that reads time finds the row's own as
 * `at`; in value texts `t` is the time one stands at. Rows leave in the order in which they entered.
 */
import type { AggregateCall, AggregateName, Expression } from "../../typed_ast.ts";
import type { Lane } from "../lanes.ts";
import type { ManifestBuilder } from "../manifest.ts";
import type { StateWriter } from "../state.ts";
import type { ChainHead, ChainOrder } from "../chain.ts";

/** What a part is written for. */
export interface PartContext {
  readonly state: StateWriter;
  readonly manifest: ManifestBuilder;
  /** The lane; a call without operand (`count()`) has none. */
  readonly lane: Lane | undefined;
  /** Set in windows that drop rows; without it the window only adds. */
  readonly rows: PartRows | undefined;
  /** A text of another part of the same lane, which `requires` must name. */
  read(part: Part, name: string): string;
}

/** What a part of a window that drops rows can ask of the place where the rows stand. */
export interface PartRows {
  /** The head of the chain named by the part's `chain`. */
  head(): ChainHead;
  /** What the head's chain does when the row at `p` leaves this window. */
  leave(head: ChainHead): string;
  /**
   * Arrays of the operands' values by position; a row that is null in any has NaN in the first. Of packed operands
   * they hold handles.
   */
  readonly values: readonly string[];
  /** The `PackedPool` of the handles. */
  pool(): string;
  /** A number that grows from row to row of a slot (or stays), of the row that enters. */
  readonly stamp: string;
  /** True of the stamp of a row that is still inside, at a row or query. */
  isLive(stamp: string): string;
  /** True of the stamp of the row that leaves; undefined where `isLive` always tells in time. */
  readonly leaves: ((stamp: string) => string) | undefined;
}

export interface Part {
  readonly name: string;
  /** Parts whose texts stand before this one's and which it may read. */
  readonly requires?: readonly Part[];
  /** In windows that drop rows it keeps a chain of this order. */
  readonly chain?: ChainOrder;
  readonly readsTime?: boolean;
  write(context: PartContext): PartText;
}

export interface PartText {
  /** The row enters. */
  readonly add: string;
  /** The oldest row leaves; absent where nothing needs undoing. Windows that only add never read it. */
  readonly remove?: string;
  /** Back to no rows. */
  readonly reset: string;
  /**
   * True if `remove` does not give back the very bits: then the part is reset when the slot has no rows, and
   * recomputed from the window's rows at every anchor. It must require `COUNT`.
   */
  readonly rounds?: boolean;
  /**
   * What a restart at an anchor does with each row, in passes over all rows from the oldest; for a part that
   * rounds `[reset, add]` if absent. The row at hand has entered already, no row is left out.
   */
  readonly passes?: readonly string[];
  /** A last pass, from the newest row to the oldest: suffix states. */
  readonly backward?: string;
  /** Texts that values and other parts read. */
  readonly reads: Readonly<Record<string, string>>;
}

export interface Family {
  readonly calls: readonly AggregateName[];
  /** The lane's operands; `operand` and `second` if absent. */
  operandsOf?(call: AggregateCall): readonly Expression[];
  partsOf(call: AggregateCall): readonly Part[];
  /**
   * Text of the call's value: a number whose null is NaN (a symbol's code too), a packed value's address.
   * `read` gives the texts of the call's parts.
   */
  value(call: AggregateCall, read: (part: Part, name: string) => string): string;
  /** Operands that are added up or ordered, so that whole numbers beyond 2^53 - 1 are row errors; all if absent. */
  exactOperandsOf?(call: AggregateCall): readonly Expression[];
}
