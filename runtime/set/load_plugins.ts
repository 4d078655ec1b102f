/** The plugins of configs and command lines: loaded in a sandbox, compiled together. */
import { createHash } from "node:crypto";
import {
  type Compilation,
  compilePlugins,
  type Diagnostic,
  formatDiagnostic,
  type PluginText,
} from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type LoadedPlugin, loadPlugin, type WorkerLauncher } from "../worker/mod.ts";

export interface LoadedPlugins {
  readonly compilation: Compilation;
  /** The bundle that carries a plugin, by the plugin's name. */
  readonly bundles: ReadonlyMap<string, string>;
}

/** Loads each module, with the plugins it imports, and compiles them together. */
export async function loadPlugins(
  paths: Iterable<string>,
  { launcher }: { readonly launcher: WorkerLauncher },
): Promise<LoadedPlugins> {
  const loaded: LoadedPlugin[] = [];
  for (const path of new Set(paths)) loaded.push(await loadPlugin(path, { launcher }));
  const texts = new Map<string, PluginText>();
  const bundles = new Map<string, string>();
  for (const { text, others, code } of loaded) {
    for (const each of [text, ...others]) {
      texts.set(`${each.file} ${each.name}`, each);
      if (each === text || !bundles.has(each.name)) bundles.set(each.name, code);
    }
  }
  const compilation = compilePlugins([...texts.values()], { hash: sha256 });
  return { compilation, bundles };
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
