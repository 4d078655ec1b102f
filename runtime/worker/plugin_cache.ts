/**
 * Plugins as they were loaded before, beside the compiled program: to bundle and evaluate one takes longer than all
 * else at a start. In a checkout nothing is kept, so that every change of the engine is in each bundle.
 *
 * C1 A plugin is found only if each file it was made of is as it was.
 * C2 One that imports packages is not kept: what a name leads to may change while the files stay.
 * C3 At most `MOST_KEPT`; those kept longest ago go first. What cannot be written is not kept.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { GuestBundle } from "./bundle.ts";
import { prebuiltRuntime } from "./prebuilt.ts";
import type { RecordedTemplate } from "./protocol.ts";

/** What a plugin's module told when it was evaluated, and what it is made of. */
export interface EvaluatedPlugin {
  readonly bundle: GuestBundle;
  readonly templates: readonly RecordedTemplate[];
  /** Index of the entry module's default export in `templates`; -1 when that is no plugin. */
  readonly entry: number;
  /** Of each module that made a template, by absolute path. */
  readonly hashes: ReadonlyMap<string, string>;
}

const FOLDER = fileURLToPath(new URL("../../cache/plugins", import.meta.url));
const MOST_KEPT = 64;
const PACKAGE = /[\\/]node_modules[\\/]/;

/** The plugin at the absolute path, if it was kept and is the same. */
export async function findKept(file: string): Promise<EvaluatedPlugin | undefined> {
  if (!await isKeeping()) return undefined;
  try {
    const kept: EvaluatedPlugin = deserialize(await Deno.readFile(placeOf(file)));
    const isSame = await Promise.all(
      [...kept.bundle.files].map(async ([path, text]) => await Deno.readTextFile(path) === text),
    );
    return isSame.every(Boolean) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the plugin at the absolute path for the next start. */
export async function keep(file: string, plugin: EvaluatedPlugin): Promise<void> {
  const usesPackages = plugin.bundle.files.keys().some((path) => PACKAGE.test(path));
  if (usesPackages || !await isKeeping()) return;
  try {
    await Deno.mkdir(FOLDER, { recursive: true });
    await forgetOldest();
    const place = placeOf(file);
    const temporary = `${place}.${Deno.pid}`;
    await Deno.writeFile(temporary, serialize(plugin));
    await Deno.rename(temporary, place);
  } catch {
    // A program that may not write beside itself evaluates plugins at each start.
  }
}

async function isKeeping(): Promise<boolean> {
  return await prebuiltRuntime() !== undefined;
}

function placeOf(file: string): string {
  return join(FOLDER, createHash("sha256").update(file).digest("hex"));
}

async function forgetOldest(): Promise<void> {
  const kept = await Promise.all(
    Deno.readDirSync(FOLDER).map(async ({ name }) => {
      const path = join(FOLDER, name);
      return { path, writtenMs: (await Deno.stat(path)).mtime?.getTime() ?? 0 };
    }),
  );
  kept.sort((left, right) => right.writtenMs - left.writtenMs);
  for (const { path } of kept.slice(MOST_KEPT - 1)) await Deno.remove(path);
}
