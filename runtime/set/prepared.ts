/** What a run knows before the first row is read. */
import type { SetFeature } from "../../dsl/mod.ts";
import { SymbolTable } from "../arrow/mod.ts";
import type { WorkerLauncher } from "../worker/mod.ts";
import { loadConfig } from "./config.ts";
import type { SetConfig } from "./config_types.ts";
import { type LoadedPlugins, loadPlugins } from "./load_plugins.ts";
import { createSetFeatures } from "./set_features.ts";
import { bindSpine, type BoundSpine } from "./spine.ts";

export interface RunContext {
  readonly launcher: WorkerLauncher;
}

/** Everything a run knows before the first row is read. */
export interface PreparedRun {
  readonly config: SetConfig;
  readonly features: readonly SetFeature[];
  readonly label: (SetFeature & { readonly lookaheadUs: number }) | undefined;
  readonly bound: BoundSpine;
  readonly symbols: SymbolTable;
  readonly bundles: ReadonlyMap<string, string>;
}

/** Loads and checks everything that a config names. */
export async function prepareRun(file: string, context: RunContext): Promise<PreparedRun> {
  return await prepareConfig(await loadConfig(file), context);
}

/** Loads and checks everything that a parsed config names. */
export async function prepareConfig(
  config: SetConfig,
  { launcher }: RunContext,
): Promise<PreparedRun> {
  return await prepareLoaded(
    config,
    await loadPlugins(config.plugins, { launcher, limits: config.limits }),
  );
}

/** Checks what a parsed config makes of plugins that are loaded. */
export async function prepareLoaded(
  config: SetConfig,
  { compilation, bundles }: LoadedPlugins,
): Promise<PreparedRun> {
  const features = createSetFeatures(compilation, config);
  const symbols = new SymbolTable();
  const bound = await bindSpine(config, features, { compilation, symbols });
  const label = config.label && labelOf(config.label, features);
  return { config, features, label, bound, symbols, bundles };
}

function labelOf(
  { feature, lookaheadUs }: NonNullable<SetConfig["label"]>,
  features: readonly SetFeature[],
): PreparedRun["label"] {
  const found = features.find(({ name }) => name === feature);
  return found && { ...found, lookaheadUs };
}

/** Columns that the set has besides the label's. */
export function columnFeatures({ config, features }: PreparedRun): readonly SetFeature[] {
  return config.label?.only
    ? features.filter(({ name }) => name !== config.label?.feature)
    : features;
}
