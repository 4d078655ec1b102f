/** The writer of each result format. */
import { ArrowResultWriter } from "./arrow_writer.ts";
import { CsvResultWriter } from "./csv_writer.ts";
import { ParquetResultWriter } from "./parquet_writer.ts";
import { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";

/** Begins a result file; throws `FeaturizerError` if it cannot be written there. */
export async function openResultWriter(
  path: string,
  options: ResultOptions,
): Promise<ResultWriter> {
  const file = PartialFile.create(path);
  try {
    switch (options.format) {
      case "arrow":
        return new ArrowResultWriter(file, options);
      case "parquet":
        return await ParquetResultWriter.open(file, options);
      case "csv":
        return new CsvResultWriter(file, options);
    }
  } catch (cause) {
    file.abort();
    throw cause;
  }
}
