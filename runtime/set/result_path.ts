/** Where a result goes, and as what. */
import { basename, extname, resolve } from "node:path";
import type { ResultFormat } from "../arrow/mod.ts";
import type { SetConfig } from "./config_types.ts";
import type { RunOptions } from "./report.ts";

const FORMATS: Readonly<Record<string, ResultFormat>> = {
  ".arrow": "arrow",
  ".parquet": "parquet",
  ".csv": "csv",
};

/** The command line goes before the config; without a format the path's ending says it, else Arrow. */
export function resultPath(
  { file, output }: SetConfig,
  options: RunOptions,
): { readonly path: string; readonly format: ResultFormat } {
  const given = options.out ?? output?.path;
  const byEnding = given === undefined ? undefined : FORMATS[extname(given)];
  const format = options.format ?? output?.format ?? byEnding ?? "arrow";
  const name = basename(file, extname(file));
  return {
    path: given === undefined ? resolve("out", `${name}.${format}`) : resolve(given),
    format,
  };
}
