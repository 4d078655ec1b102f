/** Where rows come from: files of CSV, NDJSON, Parquet and Arrow IPC. */
export { expandPaths, hashFiles } from "./file_paths.ts";
export { type FileFormat, formatOf } from "./file_format.ts";
export { openReader, type ReaderSpec, type RowBlock, type RowReader } from "./reader.ts";
export { openTable, type Table } from "./table.ts";
