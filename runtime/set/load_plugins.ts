/** The plugins of configs and command lines: loaded in a sandbox, compiled together. */
import { createHash } from "node:crypto";
import {
  type Compilation,
  compilePlugins,
  type Diagnostic,
  formatDiagnostic,
  namedPlugins,
  type PluginText,
} from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import {
  type LoadedPlugin,
  loadPlugin,
  type WorkerLauncher,
  type WorkerLimits,
} from "../worker/mod.ts";
import { builtInPlugin } from "./built_in_plugins.ts";

export interface LoadedPlugins {
  readonly compilation: Compilation;
  /** The bundle that carries a plugin, by the plugin's name. */
  readonly bundles: ReadonlyMap<string, string>;
  /** Absolute paths of all files that they are made of. */
  readonly files: ReadonlySet<string>;
}

/**
 * Loads each plugin, with the plugins it imports and the built-in ones it names, and compiles them together.
 *
 * @param plugins Paths of modules, and names of built-in plugins.
 */
export async function loadPlugins(
  plugins: Iterable<string>,
  { launcher, limits }: {
    readonly launcher: WorkerLauncher;
    readonly limits?: WorkerLimits | undefined;
  },
): Promise<LoadedPlugins> {
  const texts = new Map<string, PluginText>();
  const bundles = new Map<string, string>();
  const files = new Set<string>();
  const add = ({ text, others, code, files: own }: LoadedPlugin) => {
    for (const file of own) files.add(file);
    for (const each of [text, ...others]) {
      texts.set(`${each.file} ${each.name}`, each);
      if (each === text || !bundles.has(each.name)) bundles.set(each.name, code);
    }
  };
  for (const path of new Set([...plugins].map((plugin) => builtInPlugin(plugin) ?? plugin))) {
    add(await loadPlugin(path, { launcher, limits }));
  }
  for (let path = nextNamed(texts); path !== undefined; path = nextNamed(texts)) {
    add(await loadPlugin(path, { launcher, limits }));
  }
  const compilation = compilePlugins([...texts.values()], { hash: sha256 });
  return { compilation, bundles, files };
}

/** Path of a built-in plugin that the texts name and do not hold. */
function nextNamed(texts: ReadonlyMap<string, PluginText>): string | undefined {
  const held = new Set([...texts.values()].map(({ name }) => name));
  for (const text of texts.values()) {
    for (const name of namedPlugins(text)) {
      const path = held.has(name) ? undefined : builtInPlugin(name);
      if (path !== undefined) return path;
    }
  }
  return undefined;
}

/** Throws all diagnostics as one error, if there are any. */
export function requireCorrect(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  const count = diagnostics.length === 1 ? "1 mistake" : `${diagnostics.length} mistakes`;
  const files = [...new Set(diagnostics.map(({ place }) => place?.file ?? "the request"))].join(
    ", ",
  );
  throw new FeaturizerError(`Cannot use "${files}": ${count}`, {
    code: "PLUGIN_INVALID",
    frame: diagnostics.map(formatDiagnostic).join("\n\n"),
    hint: "Correct the marked places; `featurizer check` shows them without running.",
  });
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
