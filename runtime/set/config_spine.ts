/** The spine of a config: exactly one of a grid, a feature's rows and a table. */
import type { ConfigFault } from "./config_error.ts";
import type { FeatureNames } from "./config_names.ts";
import type { ConfigDocument } from "./config_schema.ts";
import type { SpineConfig } from "./config_types.ts";
import { resolveColumns, resolvePath } from "./config_values.ts";

interface Context {
  readonly names: FeatureNames;
  readonly faults: ConfigFault[];
  readonly folder: string;
  readonly purpose: "run" | "serve";
}

type SpineEntry = NonNullable<ConfigDocument["spine"]>;

const HINT =
  "Give one of sampling: 1s, spine: {every: 1s}, spine: {feature: x}, spine: {path: rows.csv, key: k, time: t}.";

/** The spine; after a fault is reported the result only fills its place. */
export function resolveSpine(document: ConfigDocument, context: Context): SpineConfig {
  const { sampling, spine } = document;
  if (sampling !== undefined && spine !== undefined) {
    const message = "sampling and spine are both given";
    context.faults.push({ path: ["sampling"], atKey: true, message, hint: HINT });
  }
  if (spine !== undefined) return resolveEntry(spine, context);
  if (sampling === undefined) {
    if (context.purpose === "serve") return { kind: "none" };
    context.faults.push({ path: [], message: 'missing key "sampling" or "spine"', hint: HINT });
  }
  return { kind: "grid", everyUs: sampling ?? 1 };
}

function resolveEntry(spine: SpineEntry, context: Context): SpineConfig {
  const kinds = (["every", "feature", "path"] as const).filter((key) => spine[key] !== undefined);
  if (kinds.length !== 1) {
    const message = kinds.length === 0
      ? "the spine says neither every, feature nor path"
      : `the spine says ${kinds.join(" and ")}`;
    context.faults.push({ path: ["spine"], atKey: true, message, hint: HINT });
  }
  if (spine.feature !== undefined) return featureSpine(spine, spine.feature, context);
  if (spine.path !== undefined) return tableSpine(spine, spine.path, context);
  reportStrays(spine, ["every", "keys"], context);
  return {
    kind: "grid",
    everyUs: spine.every ?? 1,
    ...(spine.keys !== undefined && {
      keys: context.names.resolveStream(spine.keys, ["spine", "keys"]),
    }),
  };
}

function featureSpine(
  spine: SpineEntry,
  feature: string | number,
  context: Context,
): SpineConfig {
  reportStrays(spine, ["feature"], context);
  return { kind: "feature", feature: context.names.resolveStream(feature, ["spine", "feature"]) };
}

function tableSpine(spine: SpineEntry, path: string, context: Context): SpineConfig {
  reportStrays(spine, ["path", "format", "key", "time", "columns"], context);
  for (const key of ["key", "time"] as const) {
    if (spine[key] !== undefined) continue;
    context.faults.push({ path: ["spine"], atKey: true, message: `missing key "${key}"` });
  }
  const keys = spine.key ?? [];
  return {
    kind: "table",
    path: resolvePath(path, context.folder),
    ...(spine.format && { format: spine.format }),
    keys: typeof keys === "string" ? [keys] : keys,
    time: spine.time ?? "",
    columns: resolveColumns(spine.columns ?? {}),
  };
}

function reportStrays(
  spine: SpineEntry,
  belonging: readonly (keyof SpineEntry)[],
  context: Context,
): void {
  const kinds: readonly string[] = ["every", "feature", "path"];
  for (const key of Object.keys(spine)) {
    if (kinds.includes(key) || belonging.some((name) => name === key)) continue;
    const message = `the key "${key}" has no meaning beside "${belonging[0]}"`;
    const hint = `Beside it may stand: ${belonging.slice(1).join(", ") || "nothing"}.`;
    context.faults.push({ path: ["spine", key], atKey: true, message, hint });
  }
}
