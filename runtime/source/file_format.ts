/** The formats of event files, by their names' endings. */
import { FeaturizerError } from "../errors.ts";

/** A format that can be read. */
export type FileFormat = "csv" | "ndjson" | "parquet" | "arrow";

const ENDINGS: Readonly<Record<string, FileFormat>> = {
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  parquet: "parquet",
  pq: "parquet",
  arrow: "arrow",
  arrows: "arrow",
  feather: "arrow",
  ipc: "arrow",
};

/** The format that was given, else the one the name says; `.gz` behind it is left out. */
export function formatOf(path: string, given?: FileFormat): FileFormat {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  const format = given ?? ENDINGS[name.slice(name.lastIndexOf(".") + 1)];
  if (format === undefined) {
    throw new FeaturizerError(`Cannot read "${path}": its name does not tell its format`, {
      code: "UNKNOWN_FORMAT",
      hint: `Endings that are known: ${
        Object.keys(ENDINGS).join(", ")
      }; csv and ndjson also with .gz.`,
    });
  }
  const isPacked = path.toLowerCase().endsWith(".gz");
  if (isPacked && (format === "parquet" || format === "arrow")) {
    throw new FeaturizerError(`Cannot read "${path}": a ${format} file cannot be read packed`, {
      code: "PACKED_FORMAT",
      hint: "Unpack it with gunzip.",
    });
  }
  return format;
}
