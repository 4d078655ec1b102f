/** Signatures of the built-in aggregates: names, types and docs. Bodies are in the kernel. */
import {
  type AggregateSignature,
  listParameters,
  type ParameterKinds,
  type ResultKind,
} from "./signature.ts";

type Signature = readonly [string, AggregateSignature];

function aggregate(
  name: AggregateSignature["name"],
  kinds: ParameterKinds,
  result: ResultKind,
  doc: string,
): Signature {
  return [name, { name, parameters: listParameters(kinds), result, doc }];
}

const x = { x: "number" } as const;
const xy = { x: "number", y: "number" } as const;

const plain: readonly Signature[] = [
  aggregate(
    "count",
    { x: "any?" },
    "i64",
    "Rows, or rows whose x is not null; 0 without any. O(1) a row.",
  ),
  aggregate("sum", { x: "quantity" }, "arithmetic", "Sum; 0 when there are no values. O(1) a row."),
  aggregate("avg", x, "f64", "Mean. O(1) a row."),
  aggregate("min", { x: "ordered" }, "operand", "Smallest value. O(1) a row on average."),
  aggregate("max", { x: "ordered" }, "operand", "Largest value. O(1) a row on average."),
  aggregate("first", { x: "any" }, "operand", "Earliest value. O(1) a row."),
  aggregate("last", { x: "any" }, "operand", "Latest value. O(1) a row."),
  aggregate("any", { x: "bool" }, "bool", "Whether x is true in any row. O(1) a row."),
  aggregate("all", { x: "bool" }, "bool", "Whether x is true in all rows. O(1) a row."),
  aggregate(
    "delta",
    { x: "difference" },
    "difference",
    "The last value minus the first. O(1) a row.",
  ),
  aggregate("rate", { x: "any?" }, "f64", "Rows per second of the window's length. O(1) a row."),
];

const statistics: readonly Signature[] = [
  aggregate("stddev", x, "f64", "Sample standard deviation; null under 2 values. O(1) a row."),
  aggregate("var", x, "f64", "Sample variance; null under 2 values. O(1) a row."),
  aggregate("stddev_pop", x, "f64", "Population standard deviation. O(1) a row."),
  aggregate("var_pop", x, "f64", "Population variance. O(1) a row."),
  aggregate("covar", xy, "f64", "Sample covariance of x and y; null under 2 pairs. O(1) a row."),
  aggregate("corr", xy, "f64", "Correlation of x and y; null where one does not vary. O(1) a row."),
  aggregate("skew", x, "f64", "Skewness (G1); null under 3 values. O(1) a row."),
  aggregate("kurtosis", x, "f64", "Excess kurtosis (G2); null under 4 values. O(1) a row."),
  aggregate(
    "slope",
    x,
    "f64",
    "Change of x per second by least squares; null under 2 times. O(1) a row.",
  ),
  aggregate("drawdown", x, "f64", "Largest fall from a peak, as a part of the peak. O(1) a row."),
  aggregate(
    "ewma",
    { x: "number", h: "half_life" },
    "f64",
    "Mean in which weights halve every h. O(1) a row.",
  ),
  aggregate(
    "decayed_sum",
    { x: "number", h: "half_life" },
    "f64",
    "Sum in which weights halve every h. O(1) a row.",
  ),
];

const ranked: readonly Signature[] = [
  aggregate(
    "median",
    x,
    "f64",
    "Middle value; the mean of the two middle ones. Holds every value; a binary search and a move in memory a row.",
  ),
  aggregate(
    "quantile",
    { x: "number", p: "fraction" },
    "f64",
    "The value at rank p, from 0 to 1, between ranks on the line. Holds every value; a binary search and a move in memory a row.",
  ),
  aggregate(
    "approx_quantile",
    { x: "number", p: "fraction" },
    "f64",
    "About the value at rank p, within 1 % of it, in little memory. A binary search among some hundred bins a row.",
  ),
  aggregate(
    "top",
    { x: "ordered", n: "rows" },
    "list",
    "The n largest values, largest first. A binary search and a move in memory a row.",
  ),
  aggregate(
    "bottom",
    { x: "ordered", n: "rows" },
    "list",
    "The n smallest, smallest first. A binary search and a move in memory a row.",
  ),
  aggregate(
    "arg_min",
    { x: "any", y: "ordered" },
    "operand",
    "x of the row with the smallest y, of the earliest of them. O(1) a row on average.",
  ),
  aggregate(
    "arg_max",
    { x: "any", y: "ordered" },
    "operand",
    "x of the row with the largest y, of the earliest of them. O(1) a row on average.",
  ),
  aggregate(
    "first_k",
    { x: "any", n: "rows" },
    "list",
    "The first n values. O(1) a row, O(n) where it is read.",
  ),
  aggregate(
    "last_k",
    { x: "any", n: "rows" },
    "list",
    "The last n values, earliest first. O(1) a row, O(n) where it is read.",
  ),
  aggregate(
    "collect",
    { x: "any" },
    "list",
    "All values in order. O(1) a row, O(rows) where it is read.",
  ),
];

const frequencies: readonly Signature[] = [
  aggregate(
    "count_distinct",
    { x: "scalar" },
    "i64",
    "Different values; 0 without any. Holds each of them; O(1) a row.",
  ),
  aggregate(
    "approx_distinct",
    { x: "scalar" },
    "i64",
    "About how many different values, with an error of 1.6 %, in little memory. O(1) a row, O(log rows) where rows leave.",
  ),
  aggregate(
    "top_frequency",
    { x: "scalar", n: "rows" },
    "frequencies",
    "The n most frequent values with their counts. Exact, but in windows from which no row leaves: there a count may be too large by up to rows / 4096 once there are more than 4096 different values. A binary search and a move in memory a row, O(different values) where it is read.",
  ),
  aggregate("top1_ratio", { x: "scalar" }, "f64", "Share of the most frequent value. O(1) a row."),
  aggregate(
    "histogram",
    { x: "scalar" },
    "counts",
    "How often each value comes. A binary search and a move in memory a row, O(different values) where it is read.",
  ),
  aggregate(
    "entropy",
    { x: "scalar" },
    "f64",
    "Entropy of the values' frequencies, in bits. O(1) a row, O(sqrt rows) where it is read.",
  ),
];

/** Built-in aggregates by name. All skip nulls. */
export const aggregateFunctions: ReadonlyMap<string, AggregateSignature> = new Map([
  ...plain,
  ...statistics,
  ...ranked,
  ...frequencies,
]);
