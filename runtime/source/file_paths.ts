/** Which files a path means, and a hash of what they hold. */
import { createHash } from "node:crypto";
import { globSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { ByteFile, nearestNames } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";

const CHUNK = 1024 * 1024;

/**
 * The files that a path or glob of a config means, sorted by name.
 *
 * @param pattern A path, or one with `*`, `**`, `?`, `[…]` or `{…}`; a file of exactly this name comes first.
 * @param baseFolder Folder that relative paths begin at.
 * @throws FeaturizerError if there is no such file.
 */
export function expandPaths(pattern: string, baseFolder: string): string[] {
  const path = resolve(baseFolder, pattern);
  if (isFile(path)) return [path];
  const found = isGlob(pattern)
    ? globSync(pattern, { cwd: baseFolder }).map((match) => resolve(baseFolder, match))
    : [];
  const files = found.filter(isFile);
  if (files.length === 0) throw missingFile(pattern, path);
  return files.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** SHA-256, in hexadecimal, of the contents of files one after the other, with their lengths; lets others run between. */
export async function hashFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK);
  for (const path of paths) {
    const file = ByteFile.open(path);
    try {
      hash.update(`${file.size}\n`);
      for (let at = 0, count = 0; (count = file.readInto(chunk, at)) > 0; at += count) {
        hash.update(chunk.subarray(0, count));
        await setImmediate();
      }
    } finally {
      file.close();
    }
  }
  return hash.digest("hex");
}

function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function missingFile(pattern: string, path: string): FeaturizerError {
  const folder = dirname(path);
  const state = isGlob(pattern) ? "no file matches" : "there is no such file";
  return new FeaturizerError(`Cannot read "${pattern}": ${state}`, {
    code: "MISSING_FILE",
    hint: adviceFor(folder, basename(path)),
  });
}

function adviceFor(folder: string, name: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `Its folder "${folder}" does not exist.`;
  }
  const names = readdirSync(folder);
  const nearest = nearestNames(name, names);
  const shown = (nearest.length > 0 ? nearest : names.sort().slice(0, 5)).map((near) =>
    `"${join(folder, near)}"`
  );
  if (shown.length === 0) return `Its folder "${folder}" is empty.`;
  return nearest.length > 0
    ? `Did you mean ${shown.join(" or ")}?`
    : `Its folder has ${shown.join(", ")}.`;
}
