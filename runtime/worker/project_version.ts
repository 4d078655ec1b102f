/** The version of a plugin: that of the project it belongs to. */
import { join } from "node:path";
import { findProjectRoot } from "./bundle_rules.ts";

/** `version` in the nearest package.json or deno.json at or above the module. */
export async function projectVersion(plugin: string): Promise<string | undefined> {
  const root = await findProjectRoot(plugin);
  for (const name of ["package.json", "deno.json"]) {
    const text = await Deno.readTextFile(join(root, name)).catch(() => undefined);
    const version = text === undefined ? undefined : versionIn(text);
    if (version !== undefined) return version;
  }
  return undefined;
}

function versionIn(text: string): string | undefined {
  try {
    const version: unknown = JSON.parse(text)?.version;
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
