/** What a command line means by the name of data. */
import { extname } from "node:path";
import type { Invocation } from "./command_spec.ts";
import type { Dataset } from "./dataset.ts";
import { FeaturizerError } from "../errors.ts";
import { isFile } from "./is_file.ts";
import { openFileDataset } from "./file_dataset.ts";
import { openSeriesDataset } from "./series_dataset.ts";

/** A file if there is one of that path or if it has an ending, else a series of the store. */
export async function openDataset(invocation: Invocation, name: string): Promise<Dataset> {
  if (await isFile(name)) return await openFileDataset(name);
  if (extname(name) !== "") {
    throw new FeaturizerError(`Cannot read "${name}": there is no such file`, {
      code: "FILE_NOT_FOUND",
      hint: "featurizer run prints the path of the file that it writes",
    });
  }
  return await openSeriesDataset(invocation, name);
}
