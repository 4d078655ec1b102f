/** What there is to say of the values of a column. */
import type { Column } from "../../dsl/mod.ts";
import {
  type ColumnData,
  compareNumbers,
  countNulls,
  FIRST_BIG,
  integerOfNumber,
  type SymbolTable,
} from "../arrow/mod.ts";
import type { Dataset } from "./dataset.ts";
import { type CellValue, scalarValue } from "./row_text.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly type: Column["type"];
  readonly nulls: number;
  /** Null when no value is there, for text and for nested values. */
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
  const tallies = dataset.columns.map((column) => new Tally(column, dataset));
  let rows = 0;
  for await (const batch of dataset.batches(dataset.columns.map(({ name }) => name))) {
    rows += batch.length;
    for (const [index, column] of batch.columns.entries()) {
      tallies[index]?.add(column);
    }
  }
  return {
    rows,
    columns: tallies.map((tally) => tally.summary()),
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
  readonly #column: Column;
  readonly #symbols: SymbolTable;

  constructor(column: Column, { symbols }: Dataset) {
    this.#column = column;
    this.#symbols = symbols;
  }

  add(column: ColumnData): void {
    if (column instanceof Float64Array) this.#addNumbers(column);
    else if (column instanceof Int32Array) this.#addSymbols(column);
    else this.#nulls += countNulls(column);
  }

  #addNumbers(values: Float64Array): void {
    const isWide = this.#column.type.kind === "i64";
    for (const value of values) {
      if (Number.isNaN(value)) {
        this.#nulls++;
        continue;
      }
      if (isWide && (value >= FIRST_BIG || this.#max >= FIRST_BIG || this.#min >= FIRST_BIG)) {
        this.#addWide(value);
        continue;
      }
      this.#count++;
      this.#mean += (value - this.#mean) / this.#count;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
    }
  }

  /** Numbers of which some stand for wider integers. */
  #addWide(value: number): void {
    const symbols = this.#symbols;
    this.#count++;
    this.#mean += (Number(integerOfNumber(value, symbols)) - this.#mean) / this.#count;
    const isFirst = this.#count === 1;
    if (isFirst || compareNumbers(value, this.#min, symbols) < 0) this.#min = value;
    if (isFirst || compareNumbers(value, this.#max, symbols) > 0) this.#max = value;
  }

  #addSymbols(codes: Int32Array): void {
    for (const code of codes) {
      if (code < 0) this.#nulls++;
      else this.#codes.add(code);
    }
  }

  summary(): ColumnSummary {
    const { name, type } = this.#column;
    const isText = type.kind === "string" || type.kind === "enum";
    const value = (number: number) =>
      this.#count === 0 ? null : scalarValue(type, number, this.#symbols);
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
