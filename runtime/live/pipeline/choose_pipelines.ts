/**
 * Which pipelines a system runs. Features of the same sources share one, so that those of others can neither delay
 * nor stop them; features that are new beside stored ones begin in a pipeline of their own.
 */
import { driversOf, type SetFeature } from "../../../dsl/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { CheckpointInfo } from "../../store/mod.ts";
import { parseManifest } from "./pipeline_manifest.ts";

/** A pipeline of features to be. */
export interface ChosenPipeline {
  readonly name: string;
  readonly features: readonly SetFeature[];
  /** The checkpoint that it goes on from. */
  readonly checkpoint: CheckpointInfo | undefined;
}

/** `stored` are the checkpoints to go on from, at most one of a pipeline; the newest counts first. */
export function choosePipelines(
  features: readonly SetFeature[],
  stored: readonly CheckpointInfo[],
): readonly ChosenPipeline[] {
  const newest = stored.toSorted((a, b) => b.createdUs - a.createdUs || b.id - a.id);
  return [...groupsOf(features)].flatMap(([name, group]) => ofGroup(name, group, newest));
}

/** By the names of their sources. */
function groupsOf(features: readonly SetFeature[]): ReadonlyMap<string, readonly SetFeature[]> {
  const groups = new Map<string, SetFeature[]>();
  for (const set of features) {
    const name = sourceNamesOf(set).join("+");
    groups.set(name, [...groups.get(name) ?? [], set]);
  }
  return besideOthers(groups);
}

/** What is computed from a request alone has no source to follow: it is answered beside the first of the others. */
function besideOthers(
  groups: ReadonlyMap<string, readonly SetFeature[]>,
): ReadonlyMap<string, readonly SetFeature[]> {
  const { "": alone, ...others } = Object.fromEntries(groups);
  if (alone === undefined) return groups;
  const [first] = Object.keys(others).sort();
  if (first !== undefined) {
    return new Map(Object.entries({ ...others, [first]: [...others[first]!, ...alone] }));
  }
  throw new FeaturizerError(`Cannot keep "${alone[0]!.name}" live: it reads no source`, {
    code: "LIVE_NO_SOURCE",
    hint: "Add a feature on a source to the config; it is answered beside that.",
  });
}

/** `plugin.source` of all sources below a feature, in order. */
export function sourceNamesOf({ name, feature }: SetFeature): readonly string[] {
  const sources = driversOf({ kind: "feature", feature });
  const chosen = sources.find(({ selection }) => selection !== "");
  if (chosen) {
    throw new FeaturizerError(
      `Cannot keep "${name}" live: it takes some data sources of "${chosen.plugin}.${chosen.name}" only`,
      {
        code: "LIVE_SELECTION",
        hint: "Leave the attributes out of params.data_source, or give each its own source.",
      },
    );
  }
  return [...new Set(sources.map(({ plugin, name }) => `${plugin}.${name}`))].sort();
}

function ofGroup(
  base: string,
  group: readonly SetFeature[],
  stored: readonly CheckpointInfo[],
): readonly ChosenPipeline[] {
  const left = new Map(group.map((set) => [set.name, set]));
  const chosen: ChosenPipeline[] = [];
  for (const checkpoint of stored) {
    if (baseOf(checkpoint.pipeline) !== base) continue;
    const names = parseManifest(checkpoint.identity).features.map(([name]) => name);
    const own = names.flatMap((name) => left.get(name) ?? []);
    if (own.length === 0) continue;
    for (const { name } of own) left.delete(name);
    chosen.push({ name: checkpoint.pipeline, features: own, checkpoint });
  }
  if (left.size === 0) return chosen;
  const taken = new Set(stored.map(({ pipeline }) => pipeline));
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}#${number}`;
  return [...chosen, { name, features: [...left.values()], checkpoint: undefined }];
}

function baseOf(pipeline: string): string {
  return pipeline.replace(/#\d+$/, "");
}
