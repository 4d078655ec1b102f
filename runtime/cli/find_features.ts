/** The features that a command line names. */
import { didYouMean, type Feature } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { createSetFeatures, requireCorrect } from "../set/mod.ts";
import type { Project } from "./project.ts";

/**
 * The features of a project by name: those of its configs, else all that its plugins declare with their
 * default parameters. With a name only that one: `delays`, `flights.delays`, or a name of the config.
 */
export function findFeatures(project: Project, name?: string): ReadonlyMap<string, Feature> {
  requireCorrect(project.compilation.diagnostics);
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

function configured({ compilation, configs }: Project): Map<string, Feature> {
  const features = configs.flatMap((config) => createSetFeatures(compilation, config));
  return new Map(features.map(({ name, feature }) => [name, feature]));
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
