/** Where rows come from: files of CSV, NDJSON, Parquet and Arrow IPC. */
export { expandPaths, hashFiles } from "./file_paths.ts";
export { type FileFormat, formatOf } from "./file_format.ts";
export { openReader, type ReaderSpec, type RowBlock, type RowReader } from "./reader.ts";
export { openTable, type Table } from "./table.ts";
export { ObjectRows } from "./json_objects.ts";
export { memorySource } from "./memory_source.ts";
export { parseJson, parseLine } from "./ndjson_lines.ts";
export { readCsv } from "./csv_reader.ts";
export type { ByteSource } from "./byte_source.ts";
export { readNdjson } from "./ndjson_reader.ts";
