/** What holds between a config's entries: names and indices, what excludes what, paths, order of times. */
import { BUILT_IN_PLUGINS } from "./built_in_plugins.ts";
import type { ConfigFault } from "./config_error.ts";
import { resolveFeatures } from "./config_features.ts";
import { FeatureNames } from "./config_names.ts";
import type { ConfigDocument } from "./config_schema.ts";
import { resolveSpine } from "./config_spine.ts";
import { resolveLimits } from "./config_limits.ts";
import { checkHistory, resolveLive } from "./config_live.ts";
import { resolveSources } from "./config_sources.ts";
import type { LabelConfig, OutputConfig, SetConfig } from "./config_types.ts";
import { resolvePath } from "./config_values.ts";
import type { YamlText } from "./yaml_text.ts";

export interface ConfigPlace {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  readonly yaml: YamlText;
  readonly purpose: "run" | "serve";
}

/** The canonical config, and what is wrong with it; it may be used only if nothing is. */
export function resolveConfig(
  document: ConfigDocument,
  place: ConfigPlace,
): { readonly config: SetConfig; readonly faults: readonly ConfigFault[] } {
  const faults: ConfigFault[] = [];
  const names = new FeatureNames(document, faults);
  const startUs = document.start_date ?? -Infinity;
  const endUs = document.end_date ?? Infinity;
  if (endUs <= startUs) {
    faults.push({ path: ["end_date"], message: "end_date is not after start_date" });
  }
  const label = resolveLabel(document, names, faults);
  const output = resolveOutput(document, place);
  const dataSources = resolveSources(document.data_sources, { ...place, faults });
  if (place.purpose === "run") checkHistory(dataSources, faults);
  const config: SetConfig = {
    file: place.file,
    folder: place.folder,
    text: place.yaml.text,
    plugins: resolvePlugins(document.plugins, place.folder, faults),
    startUs,
    endUs,
    ...(label && { label }),
    featuresToStore: [
      ...new Set(
        document.features_to_store.map((reference, index) =>
          names.resolve(reference, ["features_to_store", index])
        ),
      ),
    ],
    spine: resolveSpine(document, { names, faults, ...place }),
    ...(document.keys && { keys: document.keys }),
    dataSources,
    features: resolveFeatures(document, { names, faults, yaml: place.yaml }),
    live: resolveLive(document.live),
    ...(document.limits && { limits: resolveLimits(document.limits) }),
    ...(output && { output }),
  };
  return { config, faults };
}

function resolvePlugins(
  plugins: readonly string[],
  folder: string,
  faults: ConfigFault[],
): readonly string[] {
  return plugins.map((plugin, index) => {
    if (/[./\\]/.test(plugin)) return resolvePath(plugin, folder);
    if (BUILT_IN_PLUGINS.includes(plugin)) return plugin;
    faults.push({
      path: ["plugins", index],
      message: `there is no built-in plugin "${plugin}"`,
      hint: `Built-in are ${BUILT_IN_PLUGINS.join(", ")}; your own is a path, such as ./plugin.ts.`,
    });
    return plugin;
  });
}

function resolveLabel(
  document: ConfigDocument,
  names: FeatureNames,
  faults: ConfigFault[],
): LabelConfig | undefined {
  if (document.label_feature === undefined) {
    for (const key of ["label_lookahead", "label_only", "label_nulls"] as const) {
      if (document[key] === undefined) continue;
      const hint = "Name the label: label_feature: <a feature's name or index>.";
      faults.push({ path: [key], atKey: true, message: `${key} without label_feature`, hint });
    }
    return undefined;
  }
  if (document.label_lookahead === undefined) {
    const hint = "Say how far ahead the label is read, for example label_lookahead: 5s.";
    const path = ["label_feature"];
    faults.push({ path, atKey: true, message: 'missing key "label_lookahead"', hint });
  }
  return {
    feature: names.resolve(document.label_feature, ["label_feature"]),
    lookaheadUs: document.label_lookahead ?? 0,
    only: document.label_only ?? false,
    nulls: document.label_nulls ?? "keep",
  };
}

function resolveOutput(document: ConfigDocument, place: ConfigPlace): OutputConfig | undefined {
  if (!document.output) return undefined;
  const { path, format } = document.output;
  return {
    ...(path !== undefined && { path: resolvePath(path, place.folder) }),
    ...(format !== undefined && { format }),
  };
}
