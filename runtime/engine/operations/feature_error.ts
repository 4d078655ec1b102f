/** A row of a feature that cannot be computed, told with feature, time and row. */
import { RowError } from "../row_error.ts";

export class FeatureError extends Error {
  override readonly name = "FeatureError";
  readonly feature: string;
  readonly code: string;
  readonly hint: string | undefined;

  constructor(feature: string, place: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot compute "${feature}" ${place}: ${why}`, { cause });
    this.feature = feature;
    this.code = cause instanceof RowError ? cause.code : "FUNCTION_THREW";
    this.hint = HINTS[this.code];
  }
}

const HINTS: Readonly<Record<string, string>> = {
  FUNCTION_THREW:
    "Let the function return null for values it cannot take, or leave such rows out with `where`.",
  FUNCTION_RESULT: "Let the function return what its `as` type says, or null.",
  INTEGER_OVERFLOW: "Compute with f64, for example by multiplying with 1.0 first.",
};

const ROWS_PER_ENTRY = 2 ** 40;

/** A row's place: its time and, where the sequence is a place of delivery, its number. */
export function describeRow(timeUs: number, sequence: number): string {
  const at = Number.isFinite(timeUs) ? `at ${new Date(timeUs / 1000).toISOString()}` : "";
  if (!Number.isFinite(sequence)) return at;
  return `${at}, row ${sequence % ROWS_PER_ENTRY}`.replace(/^, /, "");
}
