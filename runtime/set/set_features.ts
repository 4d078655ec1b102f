/** The features of a config as typed features, with their keys, pins and choice of data sources. */
import {
  type Compilation,
  type Constant,
  driversOf,
  type Feature,
  type FeatureRequest,
  type SetFeature,
  type Source,
} from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { located } from "./config_error.ts";
import type { FeatureConfig, SetConfig } from "./config_types.ts";
import { requireCorrect } from "./load_plugins.ts";
import { requestColumnsOf } from "./request_columns.ts";

/** Makes every feature of a config, in its order. */
export function createSetFeatures(
  compilation: Compilation,
  config: SetConfig,
): readonly SetFeature[] {
  requireCorrect(compilation.diagnostics);
  const made = new Map<string, Feature>();
  const built = new Map<string, SetFeature>();
  for (const entry of inDependencyOrder(config.features)) {
    const index = config.features.indexOf(entry);
    const request = toRequest(compilation, config, { entry, index, made });
    const { feature, diagnostics } = compilation.instantiate(request);
    const unplaced = diagnostics.find(({ place }) => place === undefined);
    if (unplaced) {
      const path = ["feature_configs", index];
      throw located(config, path, `${unplaced.message} (${unplaced.code})`, unplaced.hint);
    }
    requireCorrect(diagnostics);
    if (!feature) throw new RangeError(`Cannot make feature "${entry.name}": no reason was given`);
    made.set(entry.name, feature);
    const keys = keysOf(config, entry, feature);
    const brought = requestColumnsOf(feature, (column) => spineColumnOf(config, entry, column));
    built.set(entry.name, { name: entry.name, feature, keys, ...brought });
  }
  return config.features.map(({ name }) => built.get(name)!);
}

/** Dependencies first; the config is known to have no cycle. */
function inDependencyOrder(features: readonly FeatureConfig[]): readonly FeatureConfig[] {
  const ordered = new Set<FeatureConfig>();
  const visit = (entry: FeatureConfig): void => {
    for (const target of depsOf(entry)) {
      const dependency = features.find(({ name }) => name === target.split(".")[0]);
      if (dependency && !ordered.has(dependency)) visit(dependency);
    }
    ordered.add(entry);
  };
  features.forEach(visit);
  return [...ordered];
}

function depsOf({ deps }: FeatureConfig): readonly string[] {
  return Array.isArray(deps) ? deps : Object.values(deps);
}

function toRequest(
  compilation: Compilation,
  config: SetConfig,
  { entry, index, made }: {
    readonly entry: FeatureConfig;
    readonly index: number;
    readonly made: ReadonlyMap<string, Feature>;
  },
): FeatureRequest {
  const [plugin, name] = entry.definition.split(".");
  const inputs = compilation.plugins.find((each) => each.name === plugin)?.features
    .find((feature) => feature.name === name)?.inputs ?? [];
  const deps: readonly (readonly [string, string])[] = Array.isArray(entry.deps)
    ? entry.deps.map((target: string, place) => [inputs[place] ?? `input ${place + 1}`, target])
    : Object.entries(entry.deps);
  const bindings: Record<string, { feature: Feature; column?: string }> = {};
  for (const [input, target] of deps) {
    const [dependency = "", column] = target.split(".");
    const feature = made.get(dependency);
    if (feature) bindings[input] = { feature, ...(column === undefined ? {} : { column }) };
  }
  return {
    definition: entry.definition,
    params: entry.params.feature,
    bindings,
    selection: selectionOf(compilation, config, { entry, index }),
  };
}

/** For each source, which of its data source entries feed the feature; "" where all do. */
function selectionOf(
  compilation: Compilation,
  config: SetConfig,
  { entry, index }: { readonly entry: FeatureConfig; readonly index: number },
): Readonly<Record<string, string>> {
  const wanted = entry.params.dataSource;
  if (!wanted) return {};
  const selection: Record<string, string> = {};
  for (const source of compilation.plugins.flatMap(({ sources }) => sources)) {
    const name = `${source.plugin}.${source.name}`;
    const entries = config.dataSources.filter((each) => each.source === name);
    const chosen = entries.filter((each) =>
      wanted.some((one) => matches(one, each.attributes, source))
    );
    if (entries.length === 0 || chosen.length === entries.length) continue;
    if (chosen.length === 0 && source.plugin === entry.definition.split(".")[0]) {
      const path = ["feature_configs", index, "params", "data_source"];
      throw located(
        config,
        path,
        `no data source of "${name}" has these attributes`,
        attributesHint(config, name),
      );
    }
    selection[name] = canonical(wanted, source);
  }
  return selection;
}

/** Attributes that are columns do not choose entries, unless the entry itself claims another value. */
export function matches(
  wanted: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
  source: Source,
): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    if (Object.hasOwn(attributes, name)) return attributes[name] === value;
    return source.columns.some((column) => column.name === name);
  });
}

function canonical(wanted: readonly Readonly<Record<string, string>>[], source: Source): string {
  return wanted.map((one) =>
    Object.entries(one).filter(([name]) => !source.columns.some((column) => column.name === name))
      .map((pair) => pair.map(encodeURIComponent).join("=")).sort().join(",")
  ).sort().join(";");
}

/** The attributes of a selection made by `canonical`. */
export function parseSelection(selection: string): readonly Readonly<Record<string, string>>[] {
  if (selection === "") return [{}];
  return selection.split(";").map((one) =>
    Object.fromEntries(
      one.split(",").filter((pair) => pair !== "")
        .map((pair) => pair.split("=").map(decodeURIComponent)),
    )
  );
}

function attributesHint(config: SetConfig, source: string): string {
  const entries = config.dataSources.filter((entry) => entry.source === source)
    .map(({ attributes }) => JSON.stringify(attributes));
  return `The data sources have ${entries.join(", ")}.`;
}

/** Where each key column comes from: pinned by an attribute, renamed, or the spine's column of its name. */
function keysOf(config: SetConfig, entry: FeatureConfig, feature: Feature): SetFeature["keys"] {
  const pinned = (key: string): Constant | undefined => {
    const values = new Set((entry.params.dataSource ?? []).map((one) => one[key]));
    const [value] = values;
    return values.size === 1 && value !== undefined && isKeyOfSource(feature, key)
      ? { symbol: value }
      : undefined;
  };
  return Object.fromEntries(feature.keys.map(({ name, type }) => {
    const pin = pinned(name);
    if (pin === undefined) return [name, { column: spineColumnOf(config, entry, name) }];
    const isText = type.kind === "string" || type.kind === "enum";
    if (isText || typeof pin === "number") return [name, { pin }];
    return [name, { pin: pinnedNumber(name, pin.symbol) }];
  }));
}

function spineColumnOf(config: SetConfig, entry: FeatureConfig, name: string): string {
  const renames = { ...config.keys, ...entry.keys };
  return Object.entries(renames).find(([, to]) => to === name)?.[0] ?? name;
}

function pinnedNumber(key: string, text: string): number {
  const number = Number(text);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  throw new FeaturizerError(`Cannot pin "${key}" to ${text}: it is beyond 2^53 - 1`, {
    code: "PIN_TOO_LARGE",
    hint: "Give the key in the spine instead; there all 64 bits count.",
  });
}

function isKeyOfSource(feature: Feature, key: string): boolean {
  return driversOf({ kind: "feature", feature }).some(({ keys }) => keys.includes(key));
}
