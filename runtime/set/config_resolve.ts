/** What holds between a config's entries: names and indices, what excludes what, paths, order of times. */
import type { ConfigFault } from "./config_error.ts";
import { resolveFeatures } from "./config_features.ts";
import { FeatureNames } from "./config_names.ts";
import type { ConfigDocument } from "./config_schema.ts";
import { resolveSpine } from "./config_spine.ts";
import type { DataSourceConfig, LabelConfig, OutputConfig, SetConfig } from "./config_types.ts";
import { resolveAttributes, resolveColumns, resolvePath } from "./config_values.ts";
import type { DocumentPath, YamlText } from "./yaml_text.ts";

export interface ConfigPlace {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  readonly yaml: YamlText;
}

/** The canonical config, and what is wrong with it; it may be used only if nothing is. */
export function resolveConfig(
  document: ConfigDocument,
  place: ConfigPlace,
): { readonly config: SetConfig; readonly faults: readonly ConfigFault[] } {
  const faults: ConfigFault[] = [];
  const names = new FeatureNames(document, faults);
  if (document.end_date <= document.start_date) {
    faults.push({ path: ["end_date"], message: "end_date is not after start_date" });
  }
  const label = resolveLabel(document, names, faults);
  const output = resolveOutput(document, place);
  const config: SetConfig = {
    file: place.file,
    folder: place.folder,
    text: place.yaml.text,
    plugins: document.plugins.map((plugin) => resolvePlugin(plugin, place.folder)),
    startUs: document.start_date,
    endUs: document.end_date,
    ...(label && { label }),
    featuresToStore: [
      ...new Set(
        document.features_to_store.map((reference, index) =>
          names.resolve(reference, ["features_to_store", index])
        ),
      ),
    ],
    spine: resolveSpine(document, { names, faults, folder: place.folder }),
    ...(document.keys && { keys: document.keys }),
    dataSources: document.data_sources.map((source, index) =>
      resolveDataSource(source, ["data_sources", index], place)
    ),
    features: resolveFeatures(document, { names, faults, yaml: place.yaml }),
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

function resolveDataSource(
  source: ConfigDocument["data_sources"][number],
  path: DocumentPath,
  place: ConfigPlace,
): DataSourceConfig {
  return {
    source: source.source,
    attributes: resolveAttributes(source.attributes, [...path, "attributes"], place.yaml),
    path: typeof source.path === "string"
      ? resolvePath(source.path, place.folder)
      : source.path.map((part) => resolvePath(part, place.folder)),
    ...(source.format && { format: source.format }),
    columns: resolveColumns(source.columns),
    late: source.late,
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
