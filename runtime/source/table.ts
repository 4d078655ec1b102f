/** What columns a file has, whatever its format. */
import type { Column } from "../../dsl/mod.ts";
import { type FileField, readArrowFields, readParquetFields } from "../arrow/mod.ts";
import { type FileFormat, formatOf } from "./file_format.ts";
import { inferCsvColumns, inferNdjsonFields } from "./infer_columns.ts";

/** A file and its columns. */
export interface Table {
  readonly path: string;
  readonly format: FileFormat;
  /** Columns that the language has a type for; of CSV and NDJSON, with the types of their first rows. */
  readonly columns: readonly Column[];
  /** The others, with the file's own name of their type. */
  readonly unreadable: readonly { readonly name: string; readonly declared: string }[];
  /** Known if the format tells. */
  readonly rows: number | undefined;
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
    case "csv":
      return {
        path,
        format: known,
        columns: await inferCsvColumns(path),
        unreadable: [],
        rows: undefined,
      };
    case "ndjson":
      return {
        path,
        format: known,
        rows: undefined,
        ...sortFields(await inferNdjsonFields(path)),
      };
  }
}

function sortFields(fields: readonly FileField[]): Pick<Table, "columns" | "unreadable"> {
  return {
    columns: fields.flatMap(({ name, type }) => type === undefined ? [] : [{ name, type }]),
    unreadable: fields.flatMap(({ name, type, declared }) =>
      type === undefined ? [{ name, declared }] : []
    ),
  };
}
