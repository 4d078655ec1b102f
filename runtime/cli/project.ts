/** Plugins and configs named on a command line, loaded and compiled. */
import { extname } from "node:path";
import type { Compilation } from "../../dsl/mod.ts";
import { loadConfig, loadPlugins, type SetConfig } from "../set/mod.ts";
import type { WorkerLauncher } from "../worker/mod.ts";

export interface Project {
  /** Paths as they were given. */
  readonly paths: readonly string[];
  /** The configs among them. */
  readonly configs: readonly SetConfig[];
  readonly compilation: Compilation;
}

/** Loads each path, a plugin module or a config with its plugins, and compiles them together. */
export async function openProject(
  paths: readonly string[],
  options: { readonly launcher: WorkerLauncher },
): Promise<Project> {
  const configs: SetConfig[] = [];
  const modules: string[] = [];
  for (const path of paths) {
    if ([".yaml", ".yml"].includes(extname(path))) {
      const config = await loadConfig(path, { purpose: "either" });
      configs.push(config);
      modules.push(...config.plugins);
    } else modules.push(path);
  }
  const { compilation } = await loadPlugins(modules, options);
  return { paths, configs, compilation };
}
