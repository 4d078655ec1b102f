/**
 * What checking makes of a plugin: features with every name resolved, every parameter a constant and
 * every expression typed. The lowering, the code generator and the oracle all read this and nothing else.
 */
import type { ValueType } from "./types.ts";

/** A named, typed column of a stream. */
export interface Column {
  readonly name: string;
  readonly type: ValueType;
}

export interface SourceColumn extends Column {
  readonly doc?: string;
  /** A computed column's expression over the file's columns and earlier computed ones. */
  readonly computed?: Expression;
}

export interface Source {
  readonly plugin: string;
  readonly name: string;
  /**
   * A slowly changing table: its value is each key's latest row. `deleted` names a bool column; a row where it
   * is true takes the key's value away (all columns null) and is no row for features on the table.
   */
  readonly table?: { readonly deleted?: string };
  /** Attributes that every `data_sources` entry of this source must have, besides those named like a column. */
  readonly attributes?: readonly string[];
  readonly doc?: string;
  readonly columns: readonly SourceColumn[];
  /** Name of the event-time column. */
  readonly time: string;
  readonly keys: readonly string[];
  /** Name of the column that orders rows of one time; without it the place of delivery does. */
  readonly sequence?: string;
  readonly latenessUs: number;
  readonly idleUs: number;
  readonly unique?: { readonly columns: readonly string[]; readonly withinUs: number };
  /** Which `data_sources` entries feed this source: "" is all; else a canonical `a=1,b=2`. Part of identity. */
  readonly selection: string;
}

/** What whoever asks a feature brings along: columns of the question, at the question's time. */
export interface RequestInput {
  readonly plugin: string;
  readonly name: string;
  readonly doc?: string;
  readonly columns: readonly Column[];
  readonly keys: readonly string[];
}

/** What a feature or a join reads from; a join never reads a request, nor a feature on one. */
export type Upstream =
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "feature"; readonly feature: Feature }
  | { readonly kind: "request"; readonly request: RequestInput };

export interface Join {
  readonly alias: string;
  readonly right: Upstream;
  /**
   * Without it: the right side's *value* at (key, t), as a query reads it.
   * With it: the right side's last *row* in sight, if its time is in [t - withinUs, t].
   */
  readonly withinUs?: number;
  /** Only in a feature of form `pairs`, as its only join: pairs with right time - left time in [fromUs, toUs]. */
  readonly between?: { readonly fromUs: number; readonly toUs: number };
  /** One pair for every key column of the right side, in the right side's key order. */
  readonly on: readonly { readonly left: string; readonly right: string }[];
}

/**
 * - `map`: only expressions over the input's columns; its value at q is the expression over the upstream value at q.
 * - `rows`: where, by, join, prev, lag or every, no aggregate; its value is its last row.
 * - `sliding`: has aggregates, all over event-driven windows (sliding, last, ever), evaluated at q.
 * - `closed`: all aggregates over one closed window; its value is the last emitted row.
 * - `fold`: a reducer of the user's makes its rows; its value is the last emitted row.
 * - `union`: the rows of `members` in order of (time, place in the list, sequence); its value is its last row.
 *   Made by the checker for `union(a, b)`, nested ones flattened; outputs read the members' columns by name.
 * - `pairs`: an interval join, made by the checker for `join b between …`: one row per pair, its time the later
 *   one, ordered by (time, left sequence, right sequence). Keys and time are named as the left's; outputs are
 *   the left's other columns by name, the left's own time as `left.ts` (left's alias, dot, its time's name), and
 *   every column of the right as `b.column`. The feature itself is then built on this one (`input`), reading
 *   them with `from: -1`; its further joins look up with the left's columns at the pair's time.
 * - `request`: stands on a request, or on such a feature; expressions and joins that look up values, computed at
 *   each query from what the query brings along. It has no rows and no state, and its time is the query's: "".
 */
export type FeatureForm =
  | "map"
  | "rows"
  | "sliding"
  | "closed"
  | "fold"
  | "union"
  | "pairs"
  | "request";

export interface OutputColumn extends Column {
  readonly expression: Expression;
  readonly doc?: string;
}

export interface FoldHole {
  readonly hole: number;
  readonly name: string;
  /** Durations in microseconds. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

export interface Feature {
  /** Hash of everything that decides its values; equal ids are computed once. */
  readonly id: string;
  readonly plugin: string;
  readonly name: string;
  readonly doc?: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly form: FeatureForm;
  readonly input: Upstream;
  readonly joins: readonly Join[];
  /** Key columns, named and typed as the input names them (after `by`). */
  readonly keys: readonly Column[];
  /** True when the feature's keys are not its input's keys, in the same order. */
  readonly rekeyed: boolean;
  readonly where?: Expression;
  readonly outputs: readonly OutputColumn[];
  /** The window of a `closed` feature. */
  readonly window?: ClosedWindow;
  /** The reducer of a `fold` feature: which hole, its name in errors, and the parameters it is handed. */
  readonly fold?: FoldHole;
  /** The members of a `union`; `input` is the first. */
  readonly members?: readonly Upstream[];
  /** Rows are the values at multiples of it instead of at events; never with a closed window, fold, union or pairs. */
  readonly everyUs?: number;
  /** A key whose last row is older than this is as if it had never been. */
  readonly ttlUs?: number;
  /** Wanted online, wanted in the store: for live runs. */
  readonly online?: boolean;
  readonly store?: boolean;
  /** Name of the time column, as downstream features read it. */
  readonly time: string;
}

/** Windows [a, b) of time at multiples of their width (or step) since 1970 plus an offset; rows at b. */
export interface TumblingWindow {
  readonly kind: "tumbling";
  readonly widthUs: number;
  readonly offsetUs: number;
  /** Emits windows without rows too, from a key's first row until `ttl`. */
  readonly fill?: boolean;
}

export interface HoppingWindow {
  readonly kind: "hopping";
  readonly widthUs: number;
  readonly stepUs: number;
  readonly offsetUs: number;
  readonly fill?: boolean;
}

export type ClosedWindow =
  | TumblingWindow
  | HoppingWindow
  /** Ends when no row came for `gapUs`; its row is at the last row's time + gapUs. */
  | { readonly kind: "session"; readonly gapUs: number }
  /**
   * Bars: closed by the row that is the n-th, or that brings the sum of `of` (nulls count 0) to `least`. That row
   * belongs to the bar, drives its row and gives it its position. A bar that is not full never emits.
   */
  | { readonly kind: "bar"; readonly rows: number }
  | { readonly kind: "sum_bar"; readonly of: Expression; readonly least: number };

export type Window =
  | { readonly kind: "sliding"; readonly widthUs: number }
  | { readonly kind: "last"; readonly rows: number }
  | { readonly kind: "ever" }
  | ClosedWindow;

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "and"
  | "or"
  | "??";

export type AggregateName =
  | "count"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "first"
  | "last"
  | "stddev"
  | "var"
  | "stddev_pop"
  | "var_pop"
  | "median"
  | "quantile"
  | "count_distinct"
  | "any"
  | "all"
  | "covar"
  | "corr"
  | "skew"
  | "kurtosis"
  | "approx_distinct"
  | "approx_quantile"
  | "top"
  | "bottom"
  | "top_frequency"
  | "top1_ratio"
  | "histogram"
  | "first_k"
  | "last_k"
  | "collect"
  | "arg_min"
  | "arg_max"
  | "ewma"
  | "decayed_sum"
  | "rate"
  | "delta"
  | "slope"
  | "entropy"
  | "drawdown"
  /** An aggregate of the user's, `${agg}(x)`; the call's `hole` says which. */
  | "user";

/**
 * A typed expression; any of them may be null. A `let` is gone: its uses share one object, so
 * expressions form a DAG and equal objects are equal values.
 */
export type Expression =
  | {
    readonly kind: "literal";
    readonly type: ValueType;
    readonly value: number | string | boolean | null;
  }
  /** A column of the input row (`from: -1`) or of the match of join number `from`. Keys and time included. */
  | {
    readonly kind: "column";
    readonly type: ValueType;
    readonly from: number;
    readonly name: string;
  }
  | {
    readonly kind: "unary";
    readonly type: ValueType;
    readonly operator: "-" | "not";
    readonly operand: Expression;
  }
  | {
    readonly kind: "binary";
    readonly type: ValueType;
    readonly operator: BinaryOperator;
    readonly left: Expression;
    readonly right: Expression;
  }
  | {
    readonly kind: "if";
    readonly type: ValueType;
    readonly condition: Expression;
    readonly then: Expression;
    readonly otherwise: Expression;
  }
  /** A built-in scalar function of `functions.ts`; `in` is the call `in(x, a, b, …)`. */
  | {
    readonly kind: "call";
    readonly type: ValueType;
    readonly name: string;
    readonly arguments: readonly Expression[];
  }
  /** A function hole; `hole` counts the holes of the template from 0. */
  | {
    readonly kind: "hole";
    readonly type: ValueType;
    readonly hole: number;
    readonly name: string;
    readonly arguments: readonly Expression[];
  }
  /** `lag(x, n)`: x at the key's n-th input row before this one, among those that passed `where`; `prev(x)` is n = 1. */
  | {
    readonly kind: "lag";
    readonly type: ValueType;
    readonly operand: Expression;
    readonly rows: number;
  }
  /** `x as f64`; what has no value of that type is null. */
  | { readonly kind: "cast"; readonly type: ValueType; readonly operand: Expression }
  /** A struct's field. */
  | {
    readonly kind: "field";
    readonly type: ValueType;
    readonly operand: Expression;
    readonly name: string;
  }
  /** `x[i]`: of a list or vector from 0, negative from the end; of a map by key. Null where there is none. */
  | {
    readonly kind: "element";
    readonly type: ValueType;
    readonly operand: Expression;
    readonly index: Expression;
  }
  /** An output of a fold, as its reducer returned it. */
  | { readonly kind: "folded"; readonly type: ValueType; readonly name: string }
  | {
    readonly kind: "aggregate";
    readonly type: ValueType;
    readonly name: AggregateName;
    /** Absent for `count()` and `rate()`. */
    readonly operand?: Expression;
    /** The y of `covar(x, y)`, `corr(x, y)`, `arg_min(x, y)`, `arg_max(x, y)`: rows where x or y is null are skipped. */
    readonly second?: Expression;
    /** All arguments of a `user` aggregate; rows where one is null are skipped. */
    readonly arguments?: readonly Expression[];
    readonly hole?: { readonly hole: number; readonly name: string };
    /** The p of `quantile(x, p)` and `approx_quantile(x, p)`. */
    readonly quantile?: number;
    /** The n of top, bottom, top_frequency, first_k, last_k. */
    readonly most?: number;
    /** The half-life h of ewma and decayed_sum. */
    readonly halfLifeUs?: number;
    readonly where?: Expression;
    /** A value per category, as a map; `type` is then the map's. Null categories are skipped. */
    readonly per?: Per;
    readonly window: Window;
    /** `excluding current`: without the row one stands at. */
    readonly excludesCurrent?: boolean;
  };

/** `per c [top n by key|value]`: the n largest entries by key or by value (ties: smaller key first), in key order. */
export interface Per {
  readonly category: Expression;
  readonly top?: { readonly most: number; readonly by: "key" | "value" };
}

export type AggregateCall = Extract<Expression, { kind: "aggregate" }>;

/** The columns a reader of this stream sees: keys, time, then outputs (or every column of a source). */
export function columnsOf(upstream: Upstream): readonly Column[] {
  if (upstream.kind === "source") return upstream.source.columns;
  if (upstream.kind === "request") return upstream.request.columns;
  const { keys, time, outputs, form } = upstream.feature;
  if (form === "request") return [...keys, ...outputs];
  return [...keys, { name: time, type: { kind: "timestamp" } }, ...outputs];
}

export function keysOf(upstream: Upstream): readonly Column[] {
  if (upstream.kind === "feature") return upstream.feature.keys;
  const { columns, keys } = upstream.kind === "source" ? upstream.source : upstream.request;
  return keys.map((key) => columns.find((column) => column.name === key)!);
}

/** The name of a stream's time; "" for a request, whose time is the query's. */
export function timeOf(upstream: Upstream): string {
  switch (upstream.kind) {
    case "source":
      return upstream.source.time;
    case "feature":
      return upstream.feature.time;
    case "request":
      return "";
  }
}

/** The request a stream stands on, if its values are those of questions and not of rows. */
export function requestOf(upstream: Upstream): RequestInput | undefined {
  if (upstream.kind === "source") return undefined;
  if (upstream.kind === "request") return upstream.request;
  const { form, input } = upstream.feature;
  return form === "request" ? requestOf(input) : undefined;
}

/** The source whose rows drive a stream: its rows carry that source's positions. */
export function driverOf(upstream: Upstream): Source {
  if (upstream.kind === "request") {
    const { plugin, name } = upstream.request;
    throw new RangeError(`Cannot find the source of "${plugin}.${name}": a request has no rows`);
  }
  return upstream.kind === "source" ? upstream.source : driverOf(upstream.feature.input);
}
