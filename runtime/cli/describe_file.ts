/** What a file of rows holds. */
import { printType, type ValueType } from "../../dsl/mod.ts";
import { type ColumnSummary, summarize } from "./column_statistics.ts";
import type { Invocation } from "./command_spec.ts";
import { printJson } from "./json_text.ts";
import { openDataset } from "./open_dataset.ts";
import type { CellValue } from "./row_text.ts";
import { printTable } from "./table_text.ts";
import { printLine } from "./terminal.ts";
import { countText, durationText, numberText, pluralText } from "./value_text.ts";

/** Prints columns, types and statistics of a file. */
export async function describeFile(invocation: Invocation, path: string): Promise<void> {
  await using dataset = await openDataset(invocation, path);
  const summary = await summarize(dataset);
  const { out } = invocation.terminal;
  if (invocation.json) return printJson(out, { path, ...summary });
  const { rows, columns } = summary;
  printLine(out, `${path}  ${pluralText(rows, "row")} × ${pluralText(columns.length, "column")}\n`);
  printTable(out, COLUMNS, columns.map(columnRow), "No columns.");
}

const COLUMNS = [
  { title: "column", align: "left" },
  { title: "type", align: "left" },
  { title: "nulls", align: "right" },
  { title: "min", align: "right" },
  { title: "max", align: "right" },
  { title: "mean", align: "right" },
] as const;

function columnRow({ name, type, nulls, min, max, mean, distinct }: ColumnSummary): string[] {
  const textOf = (value: CellValue) => valueText(type, value);
  const range = distinct === undefined
    ? [textOf(min), textOf(max)]
    : [pluralText(distinct, "value"), ""];
  return [name, printType(type), countText(nulls), ...range, textOf(mean)];
}

function valueText({ kind }: ValueType, value: CellValue): string {
  if (typeof value !== "number") return String(value ?? "");
  return kind === "duration" ? durationText(Math.round(value)) : numberText(value);
}
