/** What holds between a config's entries: names and indices, what excludes what, paths, order of times. */
import type { ConfigFault } from "./config_error.ts";
import { resolveFeatures } from "./config_features.ts";
import { FeatureNames } from "./config_names.ts";
import type { ConfigDocument } from "./config_schema.ts";
import { resolveSpine } from "./config_spine.ts";
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
    plugins: document.plugins.map((plugin) => resolvePlugin(plugin, place.folder)),
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
    ...(output && { output }),
  };
  return { config, faults };
}

function resolvePlugin(plugin: string, folder: string): string {
  const isPath = plugin.startsWith(".") || plugin.includes("/") || /\.[jt]s$/.test(plugin);
  return isPath ? resolvePath(plugin, folder) : plugin;
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
