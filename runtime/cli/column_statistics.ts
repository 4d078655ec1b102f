/** What there is to say of the values of a column. */
import type { Column } from "../../dsl/mod.ts";
import type { Dataset } from "./dataset.ts";
import { type CellValue, cellValue } from "./row_text.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly type: Column["type"];
  readonly nulls: number;
  /** Null when no value is there, and for text. */
  readonly min: CellValue;
  readonly max: CellValue;
  readonly mean: number | null;
  /** Of text: how many different values. */
  readonly distinct?: number;
}

export interface DatasetSummary {
  readonly rows: number;
  readonly columns: readonly ColumnSummary[];
}

/** Reads the whole dataset once. */
export async function summarize(dataset: Dataset): Promise<DatasetSummary> {
  const tallies = dataset.columns.map(() => new Tally());
  let rows = 0;
  for await (const batch of dataset.batches(dataset.columns.map(({ name }) => name))) {
    rows += batch.length;
    for (const [index, column] of batch.columns.entries()) {
      const tally = tallies[index];
      if (column instanceof Float64Array) tally?.addNumbers(column);
      else tally?.addSymbols(column);
    }
  }
  return {
    rows,
    columns: dataset.columns.map((column, index) =>
      (tallies[index] ?? new Tally()).summary(column, dataset)
    ),
  };
}

class Tally {
  #nulls = 0;
  #count = 0;
  #min = Infinity;
  #max = -Infinity;
  /** Welford's running mean: a plain sum of times would lose digits. */
  #mean = 0;
  readonly #codes = new Set<number>();

  addNumbers(values: Float64Array): void {
    for (const value of values) {
      if (Number.isNaN(value)) {
        this.#nulls++;
        continue;
      }
      this.#count++;
      this.#mean += (value - this.#mean) / this.#count;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    }
  }

  addSymbols(codes: Int32Array): void {
    for (const code of codes) {
      if (code < 0) this.#nulls++;
      else this.#codes.add(code);
    }
  }

  summary(column: Column, { symbols }: Dataset): ColumnSummary {
    const { name, type } = column;
    const isText = type.kind === "string" || type.kind === "enum";
    const value = (number: number) => this.#count === 0 ? null : cellValue(column, number, symbols);
    const hasMean = this.#count > 0 && type.kind !== "timestamp";
    return {
      name,
      type,
      nulls: this.#nulls,
      min: value(this.#min),
      max: value(this.#max),
      mean: hasMean ? this.#mean : null,
      ...(isText && { distinct: this.#codes.size }),
    };
  }
}
