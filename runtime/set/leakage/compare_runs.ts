/** The first cell in which two runs differ, up to a time. */
import { asFlat, type ColumnData, isPacked } from "../../arrow/mod.ts";
import type { CollectedRows, CollectedRun } from "../collect_run.ts";

/** A cell of two runs; a row that only one has is on one side alone. */
export interface RunDifference {
  /** Number of the set's row, from 0. */
  readonly row: number;
  /** Place of the column; -1 if one side has no such row. */
  readonly column: number;
  readonly left: RowPlace | undefined;
  readonly right: RowPlace | undefined;
}

/** A row of a run. */
export interface RowPlace {
  readonly block: CollectedRows;
  readonly row: number;
}

/** Compares the rows with time up to and including `untilUs`; both runs share their symbols. */
export function firstDifference(
  left: Pick<CollectedRun, "blocks">,
  right: Pick<CollectedRun, "blocks">,
  untilUs: number,
): { readonly rows: number; readonly difference?: RunDifference } {
  const [a, b] = [rowsUntil(left.blocks, untilUs), rowsUntil(right.blocks, untilUs)];
  for (let row = 0;; row++) {
    const [one, other] = [a.next().value, b.next().value];
    if (one === undefined && other === undefined) return { rows: row };
    if (one === undefined || other === undefined) {
      return { rows: row, difference: { row, column: -1, left: one, right: other } };
    }
    const column = one.block.columns.findIndex((data, at) =>
      !isSame(data, one.row, { data: other.block.columns[at]!, row: other.row })
    );
    if (column >= 0) return { rows: row, difference: { row, column, left: one, right: other } };
  }
}

function* rowsUntil(
  blocks: readonly CollectedRows[],
  untilUs: number,
): Generator<RowPlace, undefined> {
  for (const block of blocks) {
    for (let row = 0; row < block.length; row++) {
      if (block.time[row]! > untilUs) return undefined;
      yield { block, row };
    }
  }
  return undefined;
}

function isSame(
  data: ColumnData,
  row: number,
  other: { readonly data: ColumnData; readonly row: number },
): boolean {
  if (!isPacked(data) || !isPacked(other.data)) {
    return Object.is(asFlat(data)[row], asFlat(other.data)[other.row]);
  }
  const [from, to] = [data.starts[row]!, other.data.starts[other.row]!];
  if (from < 0 || to < 0) return from < 0 && to < 0;
  const length = data.words[from]!;
  for (let word = 0; word < length; word++) {
    if (!Object.is(data.words[from + word], other.data.words[to + word])) return false;
  }
  return true;
}
