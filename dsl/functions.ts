/** Signatures of the built-in scalars and aggregates: names, types and docs. Bodies are in the kernel. */
import type { AggregateName } from "./typed_ast.ts";

/**
 * What an argument may be. `quantity`: a number or a duration; `ordered`: a number, timestamp or
 * duration; `same`: ordered, and of one type with the other `same` arguments.
 */
export type ArgumentKind =
  | "any"
  | "number"
  | "quantity"
  | "ordered"
  | "same"
  | "bool"
  | "timestamp"
  | "duration";

/**
 * What a call gives. `arithmetic`: i64 if all arguments are integers, duration for a duration, else f64;
 * `operand`: the type of the argument (of all of them together).
 */
export type ResultKind = "arithmetic" | "operand" | "bool" | "i32" | "i64" | "f64";

export interface ScalarSignature {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly kind: ArgumentKind }[];
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
  readonly result: ResultKind;
  readonly doc: string;
}

export interface AggregateSignature {
  readonly name: AggregateName;
  /** Absent: takes no operand or any. */
  readonly operand?: ArgumentKind;
  readonly result: ResultKind;
  readonly doc: string;
}

type Signature = readonly [string, ScalarSignature];

function scalar(
  name: string,
  parameters: Readonly<Record<string, ArgumentKind>>,
  result: ResultKind,
  doc: string,
): Signature {
  const list = Object.entries(parameters).map(([name, kind]) => ({ name, kind }));
  return [name, { name, parameters: list, result, doc }];
}

function variadic([name, signature]: Signature): Signature {
  return [name, { ...signature, variadic: true }];
}

/** Built-in scalar functions by name. Null in any argument gives null, except for `is_null`. */
export const scalarFunctions: ReadonlyMap<string, ScalarSignature> = new Map([
  scalar("abs", { x: "quantity" }, "arithmetic", "Size without sign."),
  scalar("sign", { x: "number" }, "i32", "-1, 0 or 1."),
  scalar("floor", { x: "number" }, "arithmetic", "The largest whole number not above x."),
  scalar("ceil", { x: "number" }, "arithmetic", "The smallest whole number not below x."),
  scalar("round", { x: "number" }, "arithmetic", "The nearest whole number; halves go up."),
  scalar("sqrt", { x: "number" }, "f64", "Square root; null below 0."),
  scalar("cbrt", { x: "number" }, "f64", "Cube root."),
  scalar("exp", { x: "number" }, "f64", "e to the power of x."),
  scalar("ln", { x: "number" }, "f64", "Natural logarithm; null unless x > 0."),
  scalar("log2", { x: "number" }, "f64", "Logarithm to base 2."),
  scalar("log10", { x: "number" }, "f64", "Logarithm to base 10."),
  scalar("pow", { x: "number", y: "number" }, "f64", "x to the power of y."),
  scalar("sin", { x: "number" }, "f64", "Sine of x in radians."),
  scalar("cos", { x: "number" }, "f64", "Cosine of x in radians."),
  scalar("tan", { x: "number" }, "f64", "Tangent of x in radians."),
  scalar("asin", { x: "number" }, "f64", "Arc sine in radians."),
  scalar("acos", { x: "number" }, "f64", "Arc cosine in radians."),
  scalar("atan", { x: "number" }, "f64", "Arc tangent in radians."),
  scalar("atan2", { y: "number", x: "number" }, "f64", "Angle of the point (x, y) in radians."),
  variadic(scalar("least", { x: "same", y: "same" }, "operand", "The smallest argument.")),
  variadic(scalar("greatest", { x: "same", y: "same" }, "operand", "The largest argument.")),
  scalar(
    "div",
    { x: "number", y: "number" },
    "arithmetic",
    "The floor of x / y; null when y is 0.",
  ),
  scalar(
    "mod",
    { x: "number", y: "number" },
    "arithmetic",
    "x - y * div(x, y): takes the sign of y.",
  ),
  scalar(
    "clip",
    { x: "same", lo: "same", hi: "same" },
    "operand",
    "x, but not below lo and not above hi.",
  ),
  scalar("is_null", { x: "any" }, "bool", "Whether x is missing; never null itself."),
  scalar("hour", { t: "timestamp" }, "i32", "Hour of the day in UTC, 0 to 23."),
  scalar("minute", { t: "timestamp" }, "i32", "Minute of the hour, 0 to 59."),
  scalar("second", { t: "timestamp" }, "i32", "Second of the minute, 0 to 59."),
  scalar("day", { t: "timestamp" }, "i32", "Day of the month in UTC, 1 to 31."),
  scalar("month", { t: "timestamp" }, "i32", "Month in UTC, 1 to 12."),
  scalar("year", { t: "timestamp" }, "i32", "Year in UTC."),
  scalar("weekday", { t: "timestamp" }, "i32", "Day of the week in UTC; Monday is 1, Sunday 7."),
  scalar("epoch_seconds", { t: "timestamp" }, "f64", "Seconds since 1970 UTC."),
  scalar("seconds", { d: "duration" }, "f64", "The length in seconds."),
]);

function aggregate(
  name: AggregateName,
  operand: ArgumentKind | undefined,
  result: ResultKind,
  doc: string,
): [string, AggregateSignature] {
  return [name, { name, ...(operand === undefined ? {} : { operand }), result, doc }];
}

/** Built-in aggregates by name. All skip nulls. */
export const aggregateFunctions: ReadonlyMap<string, AggregateSignature> = new Map([
  aggregate("count", undefined, "i64", "Rows, or rows whose x is not null; 0 when there are none."),
  aggregate("sum", "quantity", "arithmetic", "Sum; 0 when there are no values."),
  aggregate("avg", "number", "f64", "Mean."),
  aggregate("min", "ordered", "operand", "Smallest value."),
  aggregate("max", "ordered", "operand", "Largest value."),
  aggregate("first", "any", "operand", "Earliest value."),
  aggregate("last", "any", "operand", "Latest value."),
  aggregate("stddev", "number", "f64", "Sample standard deviation; null under 2 values."),
  aggregate("var", "number", "f64", "Sample variance; null under 2 values."),
  aggregate("stddev_pop", "number", "f64", "Population standard deviation."),
  aggregate("var_pop", "number", "f64", "Population variance."),
  aggregate("median", "number", "f64", "Middle value; the mean of the two middle ones."),
  aggregate("quantile", "number", "f64", "quantile(x, p): linear between ranks; p from 0 to 1."),
  aggregate("count_distinct", "any", "i64", "Different values; 0 when there are none."),
  aggregate("any", "bool", "bool", "Whether x is true in any row."),
  aggregate("all", "bool", "bool", "Whether x is true in all rows."),
]);

/** Functions the language will have: using one is told apart from a misspelling. */
export const plannedFunctions: ReadonlySet<string> = new Set(
  ("covar corr skew kurtosis approx_distinct approx_quantile top bottom top_frequency top1_ratio " +
    "histogram first_k last_k collect arg_min arg_max ewma decayed_sum rate delta slope entropy " +
    "drawdown upper lower trim length substring contains starts_with ends_with replace split " +
    "concat format to_string parse date format_time time_zone union").split(" "),
);

/** Aggregates, planned ones included, take `where`, `per` and `over`; scalars do not. */
export function takesWindow(name: string): boolean {
  return !scalarFunctions.has(name) && name !== "prev" && name !== "lag";
}
