/** Signatures of the built-in scalar functions: names, types and docs. Bodies are in the kernel. */
import {
  listParameters,
  type ParameterKinds,
  type ResultKind,
  type ScalarSignature,
} from "./signature.ts";

type Signature = readonly [string, ScalarSignature];

function scalar(name: string, kinds: ParameterKinds, result: ResultKind, doc: string): Signature {
  return [name, { name, parameters: listParameters(kinds), result, doc }];
}

function variadic([name, signature]: Signature): Signature {
  return [name, { ...signature, variadic: true }];
}

function datePart(name: string, doc: string): Signature {
  return scalar(name, { t: "timestamp", zone: "zone?" }, "i32", `${doc} In UTC, or in the zone.`);
}

const numbers: readonly Signature[] = [
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
];

const times: readonly Signature[] = [
  datePart("hour", "Hour of the day, 0 to 23."),
  datePart("minute", "Minute of the hour, 0 to 59."),
  datePart("second", "Second of the minute, 0 to 59."),
  datePart("day", "Day of the month, 1 to 31."),
  datePart("month", "Month, 1 to 12."),
  datePart("year", "Year."),
  datePart("weekday", "Day of the week; Monday is 1, Sunday 7."),
  datePart("day_of_year", "Day of the year, 1 to 366."),
  datePart("week", "Week of the year as in ISO 8601, 1 to 53."),
  scalar("epoch_seconds", { t: "timestamp" }, "f64", "Seconds since 1970 UTC."),
  scalar("seconds", { d: "duration" }, "f64", "The length in seconds."),
  scalar(
    "start_of",
    { t: "timestamp", unit: "unit", zone: "zone?" },
    "timestamp",
    'When the hour, day, week, month or year of t began: start_of(t, "day").',
  ),
  scalar(
    "format_time",
    { t: "timestamp", pattern: "time_pattern", zone: "zone?" },
    "string",
    'The time as text, as in "yyyy-MM-dd HH:mm:ss.SSS".',
  ),
  scalar(
    "parse_time",
    { s: "text", pattern: "time_pattern", zone: "zone?" },
    "timestamp",
    'The time that a text tells, as in "yyyy-MM-dd HH:mm:ss.SSS"; null if it tells none.',
  ),
];

const texts: readonly Signature[] = [
  scalar(
    "length",
    { x: "sized" },
    "i64",
    "Characters of a text (code points), or entries of a list or map.",
  ),
  scalar("lower", { s: "text" }, "string", "In small letters."),
  scalar("upper", { s: "text" }, "string", "In capital letters."),
  scalar("trim", { s: "text" }, "string", "Without white space at both ends."),
  scalar(
    "substring",
    { s: "text", start: "integer", count: "integer?" },
    "string",
    "Characters from start on, counted from 0; from the end if it is negative.",
  ),
  scalar(
    "contains",
    { x: "container", y: "member" },
    "bool",
    "Whether a text holds another, or a list a value.",
  ),
  scalar("starts_with", { s: "text", start: "text" }, "bool", "Whether s begins with start."),
  scalar("ends_with", { s: "text", end: "text" }, "bool", "Whether s ends with end."),
  scalar(
    "replace",
    { s: "text", from: "text", to: "text" },
    "string",
    "s with every from replaced by to.",
  ),
  scalar("split", { s: "text", separator: "text" }, "texts", "The parts between separators."),
  variadic(
    scalar(
      "concat",
      { a: "scalar", b: "scalar" },
      "string",
      "All of them as text, one after the other.",
    ),
  ),
  scalar(
    "matches",
    { s: "text", regex: "regex" },
    "bool",
    "Whether a regular expression matches anywhere in s.",
  ),
  scalar(
    "extract",
    { s: "text", regex: "regex", group: "group?" },
    "string",
    "What a regular expression, or a group of it, matches; the first group if there is one.",
  ),
  scalar(
    "join_list",
    { list: "texts", separator: "text" },
    "string",
    "The texts of a list with a separator between them.",
  ),
];

const collections: readonly Signature[] = [
  scalar("keys", { m: "map" }, "keys", "The keys of a map, in order."),
  scalar("values", { m: "map" }, "values", "The values of a map, in order of its keys."),
  scalar("sum_list", { list: "numbers" }, "f64", "Sum of the numbers of a list."),
  scalar("avg_list", { list: "numbers" }, "f64", "Mean of the numbers of a list."),
  scalar("min_list", { list: "numbers" }, "f64", "Smallest number of a list."),
  scalar("max_list", { list: "numbers" }, "f64", "Largest number of a list."),
  scalar("index_of", { list: "list", x: "member" }, "i64", "First place of x, from 0; else null."),
  scalar("dot", { v: "vector", w: "vector" }, "f64", "Scalar product of two vectors."),
  scalar("norm", { v: "vector" }, "f64", "Length of a vector."),
];

/** Built-in scalar functions by name. Null in any argument gives null, except for `is_null`. */
export const scalarFunctions: ReadonlyMap<string, ScalarSignature> = new Map([
  ...numbers,
  ...times,
  ...texts,
  ...collections,
]);

/** Aggregates take `where`, `per` and `over`; scalars do not. */
export function takesWindow(name: string): boolean {
  return !scalarFunctions.has(name) && name !== "prev" && name !== "lag";
}
