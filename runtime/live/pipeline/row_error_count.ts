/** Counts row errors, and refuses too many in a row. */
import { FeaturizerError } from "../../errors.ts";
import type { RowError } from "../../set/mod.ts";

const MOST_IN_A_ROW = 100;

export class RowErrorCount {
  readonly #pipeline: string;
  /** By feature: errors since its last slice with a row that was none. */
  readonly #inARow = new Map<string, number>();
  #total: number;

  constructor(pipeline: string, total: number) {
    this.#pipeline = pipeline;
    this.#total = total;
  }

  get total(): number {
    return this.#total;
  }

  /** Errors of a slice with so many rows; throws when a feature fails on nothing but errors. */
  add(errors: readonly RowError[], rows: number): void {
    this.#total += errors.length;
    const counts = new Map<string, number>();
    for (const { feature } of errors) counts.set(feature, (counts.get(feature) ?? 0) + 1);
    for (const feature of this.#inARow.keys()) {
      if (rows > (counts.get(feature) ?? 0)) this.#inARow.delete(feature);
    }
    for (const [feature, count] of counts) {
      const inARow = (this.#inARow.get(feature) ?? 0) + count;
      this.#inARow.set(feature, inARow);
      if (inARow < MOST_IN_A_ROW || count < rows) continue;
      const last = errors.findLast((error) => error.feature === feature)!;
      throw new FeaturizerError(
        `Cannot go on with "${feature}" in pipeline "${this.#pipeline}": ${inARow} rows in a row ` +
          `failed, the last with: ${last.message}`,
        {
          code: "ROW_ERRORS",
          hint: "Correct the feature; its rows are made again from the log with --from-history.",
        },
      );
    }
  }
}
