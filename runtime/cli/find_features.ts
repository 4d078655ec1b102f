/** The features that a command line names. */
import { type Diagnostic, didYouMean, type Feature, formatDiagnostic } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { createConfigFeatures } from "./config_features.ts";
import type { Project } from "./project.ts";

/**
 * The features of a project by name: those of its configs, else all that its plugins declare with their
 * default parameters. With a name only that one: `delays`, `flights.delays`, or a name of the config.
 */
export function findFeatures(project: Project, name?: string): ReadonlyMap<string, Feature> {
  requireNone(project, project.compilation.diagnostics);
  const found = project.configs.length > 0 ? configured(project) : declared(project);
  if (name === undefined) return found;
  const all = new Map([...declared(project), ...found]);
  const match = [...all].find(([full]) => full === name || full.endsWith(`.${name}`));
  if (match !== undefined) return new Map([match]);
  const near = didYouMean(name, all.keys());
  throw new FeaturizerError(
    `Cannot find "${name}" in "${project.paths.join(" ")}": no such feature`,
    {
      code: "FEATURE_NOT_FOUND",
      hint: near ?? `there are ${[...all.keys()].join(", ")}`,
    },
  );
}

function configured(project: Project): Map<string, Feature> {
  const features = new Map<string, Feature>();
  for (const config of project.configs) {
    const made = createConfigFeatures(project.compilation, config);
    requireNone(project, made.diagnostics);
    for (const [name, feature] of made.features) features.set(name, feature);
  }
  return features;
}

/** Features that need no formal input. */
function declared({ compilation }: Project): Map<string, Feature> {
  const features = new Map<string, Feature>();
  for (const plugin of compilation.plugins) {
    for (const { name, inputs } of plugin.features) {
      const definition = `${plugin.name}.${name}`;
      const { feature } = inputs.length > 0 ? {} : compilation.instantiate({ definition });
      if (feature !== undefined) features.set(definition, feature);
    }
  }
  return features;
}

function requireNone({ paths }: Project, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  throw new FeaturizerError(`Cannot use "${paths.join(" ")}": there are mistakes in it`, {
    code: "PLUGIN_INVALID",
    frame: diagnostics.map(formatDiagnostic).join("\n\n"),
    hint: "correct the marked places",
  });
}
