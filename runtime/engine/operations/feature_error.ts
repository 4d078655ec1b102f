/** A row of a feature that cannot be computed, told with feature, time and row. */
import { StateError } from "../../kernel/mod.ts";
import { messageOf, RowError } from "../row_error.ts";

export class FeatureError extends Error {
  override readonly name = "FeatureError";
  readonly feature: string;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(feature: string, place: string, cause: unknown) {
    super(`Cannot compute "${feature}" ${place}: ${messageOf(cause)}`, { cause });
    this.feature = feature;
    const isNamed = cause instanceof RowError || cause instanceof StateError;
    this.code = isNamed ? cause.code : "FUNCTION_THREW";
    this.hint = HINTS[this.code];
  }
}

const HINTS: Readonly<Record<string, string>> = {
  FUNCTION_THREW:
    "Let the function return null for values it cannot take, or leave such rows out with `where`.",
  FUNCTION_RESULT: "Let the function return what its declared type says, or null.",
  INTEGER_BEYOND:
    "Declare the column a string if it is a name; compute with numbers up to 2^53 - 1.",
  PLUGIN_TOO_MANY_ERRORS:
    "Correct the feature, or leave such rows out with `where`; single rows that fail are nulls, and are listed.",
  STATE_NOT_PLAIN:
    "Keep in the state what the object is made of, and make the object anew in each call.",
  TOO_MANY_PAIRS: "Make the interval of `between` smaller, or join on more columns.",
  TOO_MANY_TICKS:
    "Take longer steps, or let `ttl` end keys without rows: a gap in the data is filled for every key.",
  INTEGER_OVERFLOW: "Compute with f64, for example by multiplying with 1.0 first.",
};

const ROWS_PER_ENTRY = 2 ** 40;

/** A row's place: its time and, where the sequence is a place of delivery, its number. */
export function describeRow(timeUs: number, sequence: number): string {
  const at = Number.isFinite(timeUs) ? `at ${new Date(timeUs / 1000).toISOString()}` : "";
  if (!isPlaceOfDelivery(sequence)) return at;
  return `${at}, row ${sequence % ROWS_PER_ENTRY}`.replace(/^, /, "");
}

/** Ranks are negative, and rows made by time stand beyond all others. */
function isPlaceOfDelivery(sequence: number): boolean {
  return sequence >= 0 && sequence <= Number.MAX_SAFE_INTEGER;
}

/** Rows that one operation may make of one slice: a column of numbers then has 64 MB. */
const MOST_ROWS = 2 ** 23;

/** Refuses what a few rows of the input make too many rows of, before memory runs out. */
export function refuseTooMany(
  rows: number,
  { feature, what, timeUs }: {
    readonly feature: string;
    readonly what: "PAIRS" | "TICKS";
    readonly timeUs: number;
  },
): void {
  if (rows < MOST_ROWS) return;
  const made = what === "PAIRS" ? "pairs of rows" : "rows by time";
  throw new FeatureError(
    feature,
    describeRow(timeUs, Infinity),
    new RowError(`TOO_MANY_${what}`, `it makes more than ${MOST_ROWS} ${made} in one step`),
  );
}
