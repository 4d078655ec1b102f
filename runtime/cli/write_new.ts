/** Files of something new, beside which nothing that exists is touched. */
import { dirname, join } from "node:path";
import { FeaturizerError } from "../errors.ts";

/** Writes files of a folder, by name, all or none: what exists is not overwritten. */
export async function writeNew(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const name of files.keys()) {
    const path = join(folder, name);
    if (await Deno.lstat(path).then(() => true, () => false)) throw exists(path);
  }
  for (const [name, text] of files) {
    await Deno.mkdir(dirname(join(folder, name)), { recursive: true });
    await Deno.writeTextFile(join(folder, name), text, { createNew: true });
  }
}

function exists(path: string): FeaturizerError {
  return new FeaturizerError(`Cannot write "${path}": it exists`, {
    code: "FILE_EXISTS",
    hint: "Choose another name, or take the file away; nothing was written.",
  });
}
