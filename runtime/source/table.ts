/** Any file of rows, looked at or cut down for another: what the command line prints and exports. */
import type { Column } from "../../dsl/mod.ts";
import {
  type Batch,
  type FileField,
  missingColumn,
  readArrowFields,
  readParquetFields,
  type SymbolTable,
} from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type FileFormat, formatOf } from "./file_format.ts";
import { inferCsvColumns } from "./infer_columns.ts";
import { openReader } from "./reader.ts";
import { keepRows } from "./row_selection.ts";

/** A file and its columns. */
export interface Table {
  readonly path: string;
  readonly format: FileFormat;
  /** Columns that the language has a type for. */
  readonly columns: readonly Column[];
  /** Names of the others, with the file's own name of their type. */
  readonly unreadable: readonly { readonly name: string; readonly declared: string }[];
  /** Known if the format tells. */
  readonly rows: number | undefined;
}

/** Which rows and columns; without anything it is all of them. */
export interface Selection {
  /** Names, in the order they shall have. */
  readonly columns?: readonly string[];
  /** Of the time column, at or after it. */
  readonly fromUs?: number;
  /** Of the time column, before it. */
  readonly toUs?: number;
  /** The time column; default: `timestamp`, else the first column of that type. */
  readonly time?: string;
  /** Every n-th of the rows in the range, beginning with the first. */
  readonly everyN?: number;
  /** Most rows. */
  readonly limit?: number;
  readonly batchRows?: number;
}

/** Rows of the selected columns. */
export interface SelectedRows {
  readonly columns: readonly Column[];
  readonly batches: AsyncGenerator<Batch, undefined>;
}

/** Looks at a file's columns; throws `FeaturizerError` if it cannot be read. */
export async function openTable(path: string, format?: FileFormat): Promise<Table> {
  const known = formatOf(path, format);
  switch (known) {
    case "arrow": {
      const { fields, rows } = readArrowFields(path);
      return { path, format: known, rows, ...sortFields(fields) };
    }
    case "parquet": {
      const { fields, rows } = await readParquetFields(path);
      return { path, format: known, rows, ...sortFields(fields) };
    }
    case "csv": {
      const columns = await inferCsvColumns(path);
      return { path, format: known, columns, unreadable: [], rows: undefined };
    }
    case "ndjson":
      throw new FeaturizerError(`Cannot show "${path}": NDJSON does not say its columns`, {
        code: "NO_COLUMNS",
        hint: "Read it through a source of a plugin, which names them.",
      });
  }
}

/** Rows of a table, in its order. Symbols of the batches are in `symbols`. Read to the end or `return`. */
export function selectRows(
  table: Table,
  selection: Selection,
  symbols: SymbolTable,
): SelectedRows {
  const names = selection.columns ?? table.columns.map(({ name }) => name);
  const columns = names.map((name) => findColumn(table, name));
  return { columns, batches: readSelected(table, { columns, selection, symbols }) };
}

/** The column that rows of a table are chosen by time with. */
export function timeColumnOf(table: Table, name?: string): Column {
  if (name !== undefined) return findColumn(table, name);
  const times = table.columns.filter(({ type }) => type.kind === "timestamp");
  const time = times.find((column) => column.name === "timestamp") ?? times[0];
  if (time !== undefined) return time;
  throw new FeaturizerError(`Cannot select by time from "${table.path}": it has no timestamp`, {
    code: "NO_TIME_COLUMN",
    hint: `Its columns are ${table.columns.map((column) => `"${column.name}"`).join(", ")}.`,
  });
}

async function* readSelected(
  table: Table,
  wanted: {
    readonly columns: readonly Column[];
    readonly selection: Selection;
    readonly symbols: SymbolTable;
  },
): AsyncGenerator<Batch, undefined> {
  const { columns, selection, symbols } = wanted;
  const hasRange = selection.fromUs !== undefined || selection.toUs !== undefined;
  const all = hasRange ? [...columns, timeColumnOf(table, selection.time)] : columns;
  const reader = await openReader({
    paths: [table.path],
    format: table.format,
    columns: all.map((column) => ({ ...column, from: column.name })),
    symbols,
    ...(selection.batchRows !== undefined && { batchRows: selection.batchRows }),
  });
  const keep = keepRows(selection);
  try {
    for (let block = await reader.read(); block !== undefined; block = await reader.read()) {
      const [first] = block.rejected;
      if (first !== undefined) throw badRow(table, block.firstRow + first.row, first.reason);
      const times = hasRange ? block.batch.columns.at(-1) : undefined;
      const { batch, isDone } = keep(
        { length: block.batch.length, columns: block.batch.columns.slice(0, columns.length) },
        times,
      );
      if (batch.length > 0) yield batch;
      if (isDone) break;
    }
  } finally {
    await reader.close();
  }
  return undefined;
}

function sortFields(fields: readonly FileField[]): Pick<Table, "columns" | "unreadable"> {
  return {
    columns: fields.flatMap(({ name, type }) => type === undefined ? [] : [{ name, type }]),
    unreadable: fields.flatMap(({ name, type, declared }) =>
      type === undefined ? [{ name, declared }] : []
    ),
  };
}

function findColumn(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw missingColumn(table.path, name, table.columns.map((candidate) => candidate.name));
}

function badRow(table: Table, row: number, reason: string): FeaturizerError {
  return new FeaturizerError(`Cannot read row ${row} of "${table.path}": ${reason}`, {
    code: "BAD_ROW",
    hint:
      "The type of a CSV column is guessed from its first rows; correct the cell, or the column.",
  });
}
