/** From rows of a dataset to the lines of a chart. */
import { PROGRAM } from "./program_name.ts";
import { type Column, isNested } from "../../dsl/mod.ts";
import { asFlat, FIRST_BIG, integerOfNumber, type SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { Chart } from "./chart_scale.ts";
import { type Dataset, requireColumn } from "./dataset.ts";
import { cellReader } from "./row_text.ts";
import { type RowSelection, type SelectedRows, selectRows } from "./select_rows.ts";

export interface ChartSelection extends RowSelection {
  readonly columns: readonly string[];
  readonly title?: string;
}

/** Reads the columns of one key over time; without a condition on a key, that of the first row. */
export async function readChart(dataset: Dataset, selection: ChartSelection): Promise<Chart> {
  const { time } = dataset;
  if (time === undefined) throw unplottable(dataset, "no column is a timestamp");
  if (selection.columns.length === 0) throw unplottable(dataset, "no column is a number");
  for (const name of selection.columns) requireNumbers(dataset, requireColumn(dataset, name));
  const where = [...selection.where, ...await firstKey(dataset, selection)];
  const rows = selectRows(dataset, { ...selection, where, columns: [time, ...selection.columns] });
  const [timesUs = new Float64Array(), ...lines] = await readNumbers(rows, dataset.symbols);
  const key = where.map(({ column, value }) => `${column} ${value}`).join(", ");
  return {
    title: selection.title ?? [dataset.name, key].filter(Boolean).join(": "),
    series: selection.columns.map((name, index) => ({
      name,
      timesUs,
      values: lines[index] ?? new Float64Array(),
    })),
  };
}

async function readNumbers(
  { columns, batches }: SelectedRows,
  symbols: SymbolTable,
): Promise<Float64Array[]> {
  const values: number[][] = columns.map(() => []);
  for await (const batch of batches()) {
    for (const [index, column] of batch.columns.entries()) {
      const isWide = columns[index]?.type.kind === "i64";
      for (const value of asFlat(column)) {
        values[index]?.push(
          isWide && value >= FIRST_BIG ? Number(integerOfNumber(value, symbols)) : value,
        );
      }
    }
  }
  return values.map((column) => Float64Array.from(column));
}

/** Conditions that keep the first row's keys: the text columns before the time, as sets have them. */
async function firstKey(dataset: Dataset, selection: RowSelection): Promise<RowSelection["where"]> {
  const given = new Set(selection.where.map(({ column }) => column));
  const timeAt = dataset.columns.findIndex(({ name }) => name === dataset.time);
  const keys = dataset.columns.slice(0, timeAt).filter((column) =>
    isText(column) && !given.has(column.name)
  );
  const names = keys.map(({ name }) => name);
  const first = selectRows(dataset, { ...selection, columns: names, limit: 1 });
  for await (const { columns } of first.batches()) {
    return keys.flatMap((column, index) => {
      const value = cellReader(column, dataset.symbols)(columns[index], 0);
      return value === null ? [] : [{ column: column.name, value: String(value) }];
    });
  }
  return [];
}

function isText({ type }: Column): boolean {
  return type.kind === "string" || type.kind === "enum";
}

function requireNumbers(dataset: Dataset, { name, type }: Column): void {
  if (isText({ name, type }) || type.kind === "timestamp" || isNested(type)) {
    throw unplottable(dataset, `column "${name}" is a ${type.kind}, not a number`);
  }
}

function unplottable({ name }: Dataset, state: string): FeaturizerError {
  return new FeaturizerError(`Cannot plot "${name}": ${state}`, {
    code: "NOT_PLOTTABLE",
    hint: `${PROGRAM} describe ${name} shows its columns`,
  });
}
