/** What a reader is asked for, and the rows it could not read. */
import type { ValueType } from "../../dsl/mod.ts";

/** Unit of times given as plain numbers. */
export type TimeUnit = "s" | "ms" | "us" | "ns";

/** A column to read: `from` names it in the file, `name` and `type` are what it becomes. */
export interface ReadColumn {
  readonly name: string;
  readonly type: ValueType;
  readonly from: string;
  /** Of numbers read as `timestamp` or `duration`; default `us`. Arrow's own times have their own unit. */
  readonly unit?: TimeUnit;
}

export interface RejectedRow {
  /** Index in the batch. */
  readonly row: number;
  readonly reason: string;
}

/** Rows of one batch that cannot be read, each with its first reason. */
export class Rejects {
  readonly #reasons = new Map<number, string>();

  /** `column` is the file's name of the column. */
  add(row: number, column: string, state: string): void {
    this.addRow(row, `Cannot read "${column}": ${state}`);
  }

  addRow(row: number, reason: string): void {
    if (!this.#reasons.has(row)) this.#reasons.set(row, reason);
  }

  /** In row order. */
  rows(): RejectedRow[] {
    return [...this.#reasons].map(([row, reason]) => ({ row, reason })).sort((a, b) =>
      a.row - b.row
    );
  }
}
