/** The case files that words of a command line stand for. */
import { dirname, join, resolve } from "node:path";
import { FeaturizerError } from "../errors.ts";
import { CASES_ENDING, casesBeside } from "../set/mod.ts";

/** Those beside a plugin, below a folder, or a case file itself; each once. */
export async function findCaseFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    const found = await casesOf(path);
    if (found.length === 0) throw noCases(path);
    for (const file of found) files.add(file);
  }
  return [...files];
}

/** Absolute paths of everything in the folders of these case files, and of the paths themselves. */
export async function filesBeside(paths: readonly string[]): Promise<readonly string[]> {
  const named = [...paths, ...await findCaseFiles(paths)].map((path) => resolve(path));
  const files = new Set<string>();
  for (const folder of new Set(named.map(dirname))) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile) files.add(join(folder, name));
    }
  }
  return [...files];
}

async function casesOf(path: string): Promise<readonly string[]> {
  const stat = await Deno.stat(path).catch(() => undefined);
  if (stat === undefined) {
    throw new FeaturizerError(`Cannot test "${path}": there is no such file`, {
      code: "CASES_NOT_FOUND",
      hint: "Name a plugin, a case file or a folder; paths are relative to the working folder.",
    });
  }
  if (stat.isDirectory) return await casesBelow(path);
  return /\.ya?ml$/.test(path) ? [path] : await casesBeside(path);
}

async function casesBelow(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory && name !== "node_modules") found.push(...await casesBelow(path));
    else if (name.endsWith(CASES_ENDING)) found.push(path);
  }
  return found.sort();
}

function noCases(path: string): FeaturizerError {
  return new FeaturizerError(`Cannot test "${path}": it has no cases`, {
    code: "CASES_NOT_FOUND",
    hint: `Write them beside it, in ${path.replace(/\.[jt]s$/, "")}${CASES_ENDING}; ` +
      "`featurizer new plugin` shows how.",
  });
}
