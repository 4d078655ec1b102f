/** The catalog of a live system: its sources, and the series that can be read and subscribed to. */
import {
  type CheckedPlugin,
  type Column,
  requestOf,
  type SetFeature,
  type Source,
} from "../../dsl/mod.ts";
import type { LivePluginInfo, LiveSeriesInfo, LiveSourceInfo } from "./live_system.ts";

export function pluginInfoOf({ name, version, hash }: CheckedPlugin): LivePluginInfo {
  return { name, version, hash };
}

export function sourceInfoOf(source: Source): LiveSourceInfo {
  const { plugin, name, doc, columns, keys, time, latenessUs, idleUs } = source;
  return {
    name: `${plugin}.${name}`,
    doc,
    columns: columns.filter(({ computed }) => !computed).map(toColumn),
    keys,
    time,
    latenessUs,
    idleUs,
  };
}

export function featureInfoOf({ name, feature }: SetFeature, pipeline: string): LiveSeriesInfo {
  return {
    name,
    kind: "feature",
    definition: `${feature.plugin}.${feature.name}`,
    doc: feature.doc,
    keys: feature.keys.map(toColumn),
    columns: feature.outputs.map(toColumn),
    request: (requestOf({ kind: "feature", feature })?.columns ?? []).map(toColumn),
    pipeline,
  };
}

/** A set: the keys of its spine, then every feature's columns. */
export function setInfoOf(
  name: string,
  keys: readonly Column[],
  { columns, pipeline }: { readonly columns: readonly Column[]; readonly pipeline: string },
): LiveSeriesInfo {
  return {
    name,
    kind: "set",
    definition: undefined,
    doc: undefined,
    keys: keys.map(toColumn),
    columns: columns.map(toColumn),
    request: [],
    pipeline,
  };
}

function toColumn({ name, type }: Column): Column {
  return { name, type };
}
