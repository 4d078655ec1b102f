/** Batches, symbols, and columns in and out of Arrow and Parquet files. */
export * from "./batch.ts";
export {
  bigIntegerText,
  compareNumbers,
  FIRST_BIG,
  integerOfNumber,
  numberOfInteger,
} from "./big_integers.ts";
export { createPackedText } from "./packed_text.ts";
export { PackedBuilder } from "./packed_builder.ts";
export { wordOrder } from "./word_order.ts";
export { ByteFile } from "./byte_file.ts";
export { type ReadColumn, type RejectedRow, Rejects, type TimeUnit } from "./column_spec.ts";
export type { FileBlock, FileRows, ImportOptions } from "./columnar_rows.ts";
export { type ArrivingBytes, readArrowStream } from "./arrow_stream.ts";
export { openArrowRows, readArrowFields } from "./arrow_reader.ts";
export { openParquetRows, readParquetFields } from "./parquet_reader.ts";
export { missingColumn, nearestNames } from "./missing_column.ts";
export type { FileField } from "./schema.ts";
export { NULL_SYMBOL, type SymbolsState, SymbolTable } from "./symbols.ts";
export { openResultWriter } from "./open_result_writer.ts";
export type { ResultFormat, ResultOptions, ResultWriter } from "./result_writer.ts";
export { formatTimestamp } from "./timestamp_format.ts";
export { parseTimestamp } from "./timestamp_text.ts";
export { microsecondsPer, toMicroseconds } from "./time_units.ts";
export { decodeBlock, encodeBlock } from "./block.ts";
