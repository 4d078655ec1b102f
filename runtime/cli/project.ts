/** Plugins and configs named on a command line, loaded and compiled. */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import { type Compilation, compilePlugins, type PluginText } from "../../dsl/mod.ts";
import type { SetConfig } from "../set/mod.ts";
import { type LoadedPlugin, loadPlugin, type WorkerLauncher } from "../worker/mod.ts";

export interface Project {
  /** Paths as they were given. */
  readonly paths: readonly string[];
  /** The configs among them. */
  readonly configs: readonly SetConfig[];
  readonly compilation: Compilation;
}

/** True for what is a config by its name. */
export function isConfigPath(path: string): boolean {
  return [".yaml", ".yml"].includes(extname(path));
}

/** Loads each path, a plugin module or a config with its plugins, and compiles them together. */
export async function openProject(
  paths: readonly string[],
  options: { readonly launcher: WorkerLauncher },
): Promise<Project> {
  const configs: SetConfig[] = [];
  const modules = new Set<string>();
  for (const path of paths) {
    if (!isConfigPath(path)) {
      modules.add(path);
      continue;
    }
    const { loadConfig } = await import("../set/mod.ts");
    const config = await loadConfig(path);
    configs.push(config);
    for (const plugin of config.plugins) modules.add(plugin);
  }
  const loaded: LoadedPlugin[] = [];
  for (const module of modules) loaded.push(await loadPlugin(module, options));
  const compilation = compilePlugins(distinctTexts(loaded), { hash: sha256 });
  return { paths, configs, compilation };
}

function distinctTexts(loaded: readonly LoadedPlugin[]): PluginText[] {
  const byPlace = new Map<string, PluginText>();
  for (const { text, others } of loaded) {
    for (const each of [text, ...others]) byPlace.set(`${each.file} ${each.name}`, each);
  }
  return [...byPlace.values()];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
