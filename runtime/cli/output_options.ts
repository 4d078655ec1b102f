/** In which form rows leave the command line. */
import type { Batch, SymbolTable } from "../arrow/mod.ts";
import { openResultWriter } from "../arrow/mod.ts";
import type { Column } from "../../dsl/mod.ts";
import type { CommandOption } from "./command_spec.ts";
import { printJson } from "./json_text.ts";
import { csvLine, rowCells, rowValues, tableColumns } from "./row_text.ts";
import { printTable } from "./table_text.ts";
import { printLine, type TextStream } from "./terminal.ts";

export const ROW_FORMATS = ["table", "csv", "ndjson", "json", "arrow", "parquet"] as const;

export type RowFormat = typeof ROW_FORMATS[number];

export const FORMAT_OPTIONS: Readonly<Record<string, CommandOption>> = {
  format: { type: "string", value: "F", tells: `${ROW_FORMATS.join(", ")}; default table` },
  out: {
    type: "string",
    short: "o",
    value: "PATH",
    tells: "write to a file (needed for arrow, parquet)",
  },
};

/** Rows with what is needed to show them. */
export interface RowStream {
  readonly columns: readonly Column[];
  readonly symbols: SymbolTable;
  batches(): AsyncGenerator<Batch, void>;
}

/** Writes a result file; nothing is left behind if it fails. */
export async function writeRows(
  rows: RowStream,
  path: string,
  format: "csv" | "arrow" | "parquet",
): Promise<{ readonly rows: number; readonly bytes: number }> {
  const { columns, symbols } = rows;
  const writer = await openResultWriter(path, { format, columns, symbols });
  let count = 0;
  try {
    for await (const batch of rows.batches()) {
      count += batch.length;
      await writer.write(batch);
    }
    const { bytes } = await writer.close();
    return { rows: count, bytes };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

/** Prints rows as text; resolves to their number. */
export async function printRows(
  out: TextStream,
  rows: RowStream,
  format: "table" | "csv" | "ndjson" | "json",
): Promise<number> {
  switch (format) {
    case "table":
      return await printAsTable(out, rows);
    case "csv":
      return await printAsLines(out, rows, [csvLine(namesOf(rows))], csvLine);
    case "ndjson":
      return await printAsLines(out, rows, [], (values) => JSON.stringify(toObject(rows, values)));
    case "json":
      return await printAsJson(out, rows);
  }
}

async function printAsTable(out: TextStream, rows: RowStream): Promise<number> {
  const cells: string[][] = [];
  for await (const batch of rows.batches()) {
    cells.push(...rowCells(rows.columns, batch, rows.symbols));
  }
  printTable(out, tableColumns(rows.columns), cells, "No rows.");
  return cells.length;
}

async function printAsLines(
  out: TextStream,
  rows: RowStream,
  head: readonly string[],
  toLine: (values: ReturnType<typeof rowValues>[number]) => string,
): Promise<number> {
  for (const line of head) printLine(out, line);
  let count = 0;
  for await (const batch of rows.batches()) {
    const lines = rowValues(rows.columns, batch, rows.symbols).map(toLine);
    out.write(`${lines.join("\n")}\n`);
    count += batch.length;
  }
  return count;
}

async function printAsJson(out: TextStream, rows: RowStream): Promise<number> {
  const objects = [];
  for await (const batch of rows.batches()) {
    const values = rowValues(rows.columns, batch, rows.symbols);
    objects.push(...values.map((row) => toObject(rows, row)));
  }
  printJson(out, { columns: namesOf(rows), rows: objects });
  return objects.length;
}

function namesOf({ columns }: RowStream): string[] {
  return columns.map(({ name }) => name);
}

function toObject({ columns }: RowStream, values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]));
}
