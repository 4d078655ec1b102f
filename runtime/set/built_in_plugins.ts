/** The plugins that come with Featurizer: a config and the language know them by name. */
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../plugins/", import.meta.url);

/** Their names, which are those of their folders. */
export const BUILT_IN_PLUGINS: readonly string[] = [
  "market",
  "payments",
  "sensors",
  "synthetic",
  "transforms",
  "web",
];

/** Absolute path of the module of a built-in plugin; undefined for other names. */
export function builtInPlugin(name: string): string | undefined {
  if (!BUILT_IN_PLUGINS.includes(name)) return undefined;
  return fileURLToPath(new URL(`${name}/mod.ts`, FOLDER));
}
