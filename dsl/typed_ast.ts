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

/** What a feature or a join reads from. */
export type Upstream =
  | { readonly kind: "source"; readonly source: Source }
  | { readonly kind: "feature"; readonly feature: Feature };

export interface Join {
  readonly alias: string;
  readonly right: Upstream;
  /**
   * Without it: the right side's *value* at (key, t), as a query reads it.
   * With it: the right side's last *row* in sight, if its time is in [t - withinUs, t].
   */
  readonly withinUs?: number;
  /** One pair for every key column of the right side, in the right side's key order. */
  readonly on: readonly { readonly left: string; readonly right: string }[];
}

/**
 * - `map`: only expressions over the input's columns; its value at q is the expression over the upstream value at q.
 * - `rows`: where, by, join, prev or lag, no aggregate; its value is its last row.
 * - `sliding`: has aggregates, all over event-driven windows (sliding, last, ever), evaluated at q.
 * - `tumbling`: all aggregates over one closed window; its value is the last closed window's row.
 */
export type FeatureForm = "map" | "rows" | "sliding" | "tumbling";

export interface OutputColumn extends Column {
  readonly expression: Expression;
  readonly doc?: string;
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
  /** The closed window of a `tumbling` feature. */
  readonly window?: TumblingWindow;
  /** Name of the time column, as downstream features read it. */
  readonly time: string;
}

export interface TumblingWindow {
  readonly kind: "tumbling";
  readonly widthUs: number;
  readonly offsetUs: number;
}

export type Window =
  | { readonly kind: "sliding"; readonly widthUs: number }
  | { readonly kind: "last"; readonly rows: number }
  | { readonly kind: "ever" }
  | TumblingWindow;

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
  | "all";

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
  | {
    readonly kind: "aggregate";
    readonly type: ValueType;
    readonly name: AggregateName;
    /** Absent for `count()`. */
    readonly operand?: Expression;
    /** The p of `quantile(x, p)`. */
    readonly quantile?: number;
    readonly where?: Expression;
    readonly window: Window;
  };

export type AggregateCall = Extract<Expression, { kind: "aggregate" }>;

/** The columns a reader of this stream sees: keys, time, then outputs (or every column of a source). */
export function columnsOf(upstream: Upstream): readonly Column[] {
  if (upstream.kind === "source") return upstream.source.columns;
  const { keys, time, outputs } = upstream.feature;
  return [...keys, { name: time, type: { kind: "timestamp" } }, ...outputs];
}

export function keysOf(upstream: Upstream): readonly Column[] {
  if (upstream.kind === "feature") return upstream.feature.keys;
  const { columns, keys } = upstream.source;
  return keys.map((key) => columns.find((column) => column.name === key)!);
}

/** The source whose rows drive a stream: its rows carry that source's positions. */
export function driverOf(upstream: Upstream): Source {
  return upstream.kind === "source" ? upstream.source : driverOf(upstream.feature.input);
}
