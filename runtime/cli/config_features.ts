/** The features of a config, made from its plugins. */
import type { Compilation, Diagnostic, Feature, FeatureRequest } from "../../dsl/mod.ts";
import type { FeatureConfig, SetConfig } from "../set/mod.ts";

export interface ConfigFeatures {
  /** By the names that the config gives them, in its order. */
  readonly features: ReadonlyMap<string, Feature>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes every feature of a config; those with mistakes are left out. */
export function createConfigFeatures(compilation: Compilation, config: SetConfig): ConfigFeatures {
  const features = new Map<string, Feature>();
  const diagnostics: Diagnostic[] = [];
  for (const entry of config.features) {
    const request = requestOf(compilation, entry, features);
    const result = compilation.instantiate(request);
    if (result.feature !== undefined) features.set(entry.name, result.feature);
    diagnostics.push(
      ...result.diagnostics.map((diagnostic) => inConfig(diagnostic, config, entry)),
    );
  }
  return { features, diagnostics };
}

function requestOf(
  compilation: Compilation,
  entry: FeatureConfig,
  made: ReadonlyMap<string, Feature>,
): FeatureRequest {
  const inputs = inputNames(compilation, entry.definition);
  const deps = Array.isArray(entry.deps)
    ? entry.deps.map((target: string, index) => [inputs[index] ?? `input ${index + 1}`, target])
    : Object.entries(entry.deps);
  const bindings: Record<string, { readonly feature: Feature; readonly column?: string }> = {};
  for (const [input = "", target = ""] of deps) {
    const [name = "", column] = target.split(".");
    const feature = made.get(name);
    if (feature !== undefined) bindings[input] = { feature, ...(column && { column }) };
  }
  return { definition: entry.definition, params: entry.params.feature, bindings };
}

function inputNames(compilation: Compilation, definition: string): readonly string[] {
  const [plugin, name] = definition.split(".");
  return compilation.plugins.find((each) => each.name === plugin)
    ?.features.find((feature) => feature.name === name)?.inputs ?? [];
}

/** A mistake without a place is one of the request, so of this entry of the config. */
function inConfig(diagnostic: Diagnostic, config: SetConfig, entry: FeatureConfig): Diagnostic {
  if (diagnostic.place !== undefined) return diagnostic;
  return {
    ...diagnostic,
    message: `${diagnostic.message} (feature "${entry.name}" of ${config.file})`,
  };
}
