/** A row of a feature that cannot be computed, told with feature, time and row. */
import { RowError } from "../row_error.ts";

export class FeatureError extends Error {
  override readonly name = "FeatureError";
  readonly feature: string;
  readonly code: string;

  constructor(feature: string, place: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot compute "${feature}" ${place}: ${why}`, { cause });
    this.feature = feature;
    this.code = cause instanceof RowError ? cause.code : "FUNCTION_THREW";
  }
}

const ROWS_PER_ENTRY = 2 ** 40;

/** A row's place: its time and, where the sequence is a place of delivery, its number. */
export function describeRow(timeUs: number, sequence: number): string {
  const at = Number.isFinite(timeUs) ? `at ${new Date(timeUs / 1000).toISOString()}` : "";
  if (!Number.isFinite(sequence)) return at;
  return `${at}, row ${sequence % ROWS_PER_ENTRY}`.replace(/^, /, "");
}
