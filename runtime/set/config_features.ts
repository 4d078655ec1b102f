/** The `feature_configs` of a config: names, parameters and what they depend on. */
import type { ConfigFault } from "./config_error.ts";
import type { FeatureNames } from "./config_names.ts";
import type { ConfigDocument } from "./config_schema.ts";
import { resolveAttributes } from "./config_values.ts";
import type { FeatureConfig } from "./config_types.ts";
import type { DocumentPath, YamlText } from "./yaml_text.ts";

interface Context {
  readonly names: FeatureNames;
  readonly faults: ConfigFault[];
  readonly yaml: YamlText;
}

type FeatureEntry = ConfigDocument["feature_configs"][number];

/** The features in the config's order; unknown and circular dependencies are reported. */
export function resolveFeatures(
  document: ConfigDocument,
  context: Context,
): readonly FeatureConfig[] {
  const features = document.feature_configs.map((entry, index) =>
    resolveFeature(entry, context.names.all[index] ?? "", {
      ...context,
      path: ["feature_configs", index],
    })
  );
  reportCycles(features, context.faults);
  return features;
}

function resolveFeature(
  entry: FeatureEntry,
  name: string,
  context: Context & { readonly path: DocumentPath },
): FeatureConfig {
  const selections = entry.params.data_source?.map((attributes, index) =>
    resolveAttributes(
      attributes,
      [...context.path, "params", "data_source", index],
      context.yaml,
    )
  );
  return {
    definition: entry.feature_definition,
    name,
    params: {
      feature: entry.params.feature,
      ...(selections && { dataSource: selections }),
    },
    deps: resolveDependencies(entry.deps, context),
    ...(entry.keys && { keys: entry.keys }),
  };
}

function resolveDependencies(
  deps: FeatureEntry["deps"],
  context: Context & { readonly path: DocumentPath },
): FeatureConfig["deps"] {
  const path = [...context.path, "deps"];
  if (Array.isArray(deps)) {
    return deps.map((dep, index) => resolveDependency(dep, [...path, index], context.names));
  }
  return Object.fromEntries(
    Object.entries(deps).map(([input, dep]) => [
      input,
      resolveDependency(dep, [...path, input], context.names),
    ]),
  );
}

function resolveDependency(
  dep: string | number,
  path: DocumentPath,
  names: FeatureNames,
): string {
  if (typeof dep === "number") return names.resolve(dep, path);
  names.resolve(featureOf(dep), path);
  return dep;
}

function featureOf(dep: string): string {
  return dep.split(".", 1)[0] ?? dep;
}

function reportCycles(features: readonly FeatureConfig[], faults: ConfigFault[]): void {
  const upstream = new Map(
    features.map(({ name, deps }) => [name, Object.values(deps).map(featureOf)]),
  );
  const done = new Set<string>();
  features.forEach(({ name }, index) => {
    const cycle = findCycle(name, { upstream, done, trail: [] });
    if (!cycle) return;
    faults.push({
      path: ["feature_configs", index, "deps"],
      message: `"${name}" depends on itself: ${cycle.join(" <- ")}`,
    });
  });
}

interface Search {
  readonly upstream: ReadonlyMap<string, readonly string[]>;
  /** Names whose upstream has been walked; each cycle is found once. */
  readonly done: Set<string>;
  readonly trail: readonly string[];
}

function findCycle(name: string, search: Search): readonly string[] | undefined {
  const start = search.trail.indexOf(name);
  if (start >= 0) return [...search.trail.slice(start), name];
  if (search.done.has(name)) return undefined;
  search.done.add(name);
  const trail = [...search.trail, name];
  for (const next of search.upstream.get(name) ?? []) {
    const cycle = findCycle(next, { ...search, trail });
    if (cycle) return cycle;
  }
  return undefined;
}
