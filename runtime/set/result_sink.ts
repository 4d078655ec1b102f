/** Set rows on their way to the result file: columns put in order, nulls counted, stored copies taken. */
import type { Column } from "../../dsl/mod.ts";
import {
  type Batch,
  type ColumnData,
  countNulls,
  gather,
  isNull,
  type ResultWriter,
} from "../arrow/mod.ts";
import { freeBuffers, type StreamData } from "../engine/mod.ts";

export const TIMESTAMP: Column = { name: "timestamp", type: { kind: "timestamp" } };

/** Where a column of the result comes from. */
export interface ResultColumn {
  readonly column: Column;
  readonly isLabel: boolean;
  /** The column of these rows. */
  take(rows: StreamData): ColumnData;
}

export class ResultSink {
  rows = 0;
  labelNulls = 0;
  readonly nulls: number[];
  readonly #columns: readonly ResultColumn[];
  readonly #writer: ResultWriter;
  readonly #dropsNullLabels: boolean;

  constructor(
    columns: readonly ResultColumn[],
    writer: ResultWriter,
    options: { readonly dropsNullLabels: boolean },
  ) {
    this.#columns = columns;
    this.#writer = writer;
    this.#dropsNullLabels = options.dropsNullLabels;
    this.nulls = columns.map(() => 0);
  }

  /** Takes the rows over: their buffers are gone when this is done. */
  async write(rows: StreamData): Promise<void> {
    const all = this.#columns.map((column) => column.take(rows));
    const labels = all.filter((_, place) => this.#columns[place]!.isLabel);
    const labelled = labels.length === 0 ? undefined : rowsWithLabels(labels, rows.length);
    this.labelNulls += labelled ? rows.length - labelled.length : 0;
    const drops = this.#dropsNullLabels && labelled && labelled.length < rows.length;
    const columns = drops ? all.map((column) => gather(column, labelled)) : all;
    const length = drops ? labelled.length : rows.length;
    columns.forEach((column, place) => {
      this.nulls[place]! += countNulls(column);
    });
    this.rows += length;
    if (length > 0) await this.#writer.write({ length, columns } satisfies Batch);
    freeBuffers(rows, () => false);
  }
}

function rowsWithLabels(labels: readonly ColumnData[], length: number): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) {
    if (labels.every((label) => !isNull(label, i))) rows[count++] = i;
  }
  return rows.subarray(0, count);
}
