/** Rows as they were stored against rows as they are computed again: equal to the bit, or a list of differences. */
import type { Column } from "../../../dsl/mod.ts";
import { type ColumnData, isPacked, type PackedColumn } from "../../arrow/mod.ts";

/** Rows from a row number on; the first column is the time. */
export interface NumberedBlock {
  readonly first: number;
  readonly length: number;
  readonly columns: readonly ColumnData[];
}

export interface RowDifference {
  readonly row: number;
  readonly timeUs: number;
  /** The column that differs, or undefined where one side has no such row. */
  readonly column: Column | undefined;
  readonly stored: { readonly column: ColumnData; readonly at: number } | undefined;
  readonly computed: { readonly column: ColumnData; readonly at: number } | undefined;
}

/** Takes both sides in blocks of any size, in order, and compares what both have. */
export class RowComparison {
  readonly #columns: readonly Column[];
  readonly #tell: (difference: RowDifference) => void;
  #compared = 0;
  #differing = 0;

  /** `columns` are those of the blocks, the time first. */
  constructor(columns: readonly Column[], tell: (difference: RowDifference) => void) {
    this.#columns = columns;
    this.#tell = tell;
  }

  get rowsCompared(): number {
    return this.#compared;
  }

  get rowsDiffering(): number {
    return this.#differing;
  }

  /** Compares the rows of one number in both blocks; answers the number after the last compared. */
  compare(stored: NumberedBlock, computed: NumberedBlock): number {
    const from = Math.max(stored.first, computed.first);
    const to = Math.min(stored.first + stored.length, computed.first + computed.length);
    for (let row = from; row < to; row++) {
      this.#compared++;
      if (!this.#isEqual(stored, computed, row)) this.#differing++;
    }
    return Math.max(from, to);
  }

  /** A stored row that was not computed again. */
  missing(stored: NumberedBlock, row: number): void {
    this.#differing++;
    const at = row - stored.first;
    const [time] = stored.columns as readonly [Float64Array];
    this.#tell({
      row,
      timeUs: time[at]!,
      column: undefined,
      stored: { column: time as ColumnData, at },
      computed: undefined,
    });
  }

  #isEqual(stored: NumberedBlock, computed: NumberedBlock, row: number): boolean {
    const [i, j] = [row - stored.first, row - computed.first];
    const [time] = stored.columns as readonly [Float64Array];
    let equal = true;
    for (let place = 0; place < this.#columns.length; place++) {
      const [left, right] = [stored.columns[place]!, computed.columns[place]!];
      if (areEqual(left, i, right, j)) continue;
      equal = false;
      this.#tell({
        row,
        timeUs: time[i]!,
        column: this.#columns[place],
        stored: { column: left, at: i },
        computed: { column: right, at: j },
      });
    }
    return equal;
  }
}

/** Equal to the bit; null is one value. Symbols are of one table. */
export function areEqual(left: ColumnData, i: number, right: ColumnData, j: number): boolean {
  if (isPacked(left) || isPacked(right)) {
    return isPacked(left) && isPacked(right) && runsAreEqual(left, i, right, j);
  }
  return Object.is(left[i], right[j]);
}

function runsAreEqual(left: PackedColumn, i: number, right: PackedColumn, j: number): boolean {
  const [a, b] = [left.starts[i]!, right.starts[j]!];
  if (a < 0 || b < 0) return a < 0 && b < 0;
  const size = left.words[a]!;
  if (size !== right.words[b]) return false;
  for (let k = 1; k < size; k++) {
    if (!Object.is(left.words[a + k], right.words[b + k])) return false;
  }
  return true;
}
