/** The pipelines of a live system, from its features to running sites. */
import { type Column, lowerSet, type SetFeature, sourceIdentity } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { BoundSpine, LiveOptions, PlanRunOptions, SetConfig } from "../set/mod.ts";
import type { Checkpoint, CheckpointInfo, CheckpointStore } from "../store/mod.ts";
import type { Clock } from "./clock.ts";
import { SeriesHub } from "./hub/series_hub.ts";
import { featureInfoOf, setInfoOf } from "./live_catalog.ts";
import type { LiveSeriesInfo } from "./live_system.ts";
import { closingTimeUs } from "./pipeline/closing_time.ts";
import { choosePipelines } from "./pipeline/choose_pipelines.ts";
import { hasRows, planFeatures } from "./pipeline/live_plan.ts";
import { Pipeline, type PipelineSeries } from "./pipeline/pipeline.ts";
import {
  manifestOf,
  parseManifest,
  printManifest,
  requireSameSchema,
} from "./pipeline/pipeline_manifest.ts";
import type { FollowedSource } from "./pipeline/pipeline_sources.ts";
import type { PlannedPipeline } from "./planned_pipeline.ts";

/** Name of the series and the pipeline of a config's set. */
export const SET_NAME = "set";

/** Plans every pipeline; `stored` are the checkpoints to go on from. */
export function planPipelines(
  config: SetConfig,
  features: readonly SetFeature[],
  options: {
    readonly spine: BoundSpine | undefined;
    readonly stored: readonly CheckpointInfo[];
  },
): readonly PlannedPipeline[] {
  const { stored, spine } = options;
  const ofFeatures = choosePipelines(features, stored.filter(isOfFeatures)).map(
    ({ name, features: own, checkpoint }): PlannedPipeline => {
      const shards = checkpoint?.shards ?? config.live.shards;
      const { plan, features: asked } = planFeatures(own, shards);
      const manifest = manifestOf("features", own, plan);
      const series = own.filter(hasRows)
        .map((set, place) => ({ info: featureInfoOf(set, name), from: place }));
      const onRequest = own.filter((set) => !hasRows(set)).map((set) => featureInfoOf(set, name));
      const rest = { manifest, checkpoint, asked: onRequest, series };
      return { name, shards, plan, features: asked, ...rest };
    },
  );
  const all = spine ? [...ofFeatures, planSet(config, features, { spine, stored })] : ofFeatures;
  for (const { name, checkpoint, manifest } of all) {
    if (checkpoint) requireSameSchema(name, parseManifest(checkpoint.identity), manifest);
  }
  return all;
}

function isOfFeatures({ identity }: CheckpointInfo): boolean {
  return parseManifest(identity).kind === "features";
}

/** The config's set without its label, which is known only later, and without what only a request brings. */
function planSet(
  config: SetConfig,
  features: readonly SetFeature[],
  { spine, stored }: {
    readonly spine: BoundSpine;
    readonly stored: readonly CheckpointInfo[];
  },
): PlannedPipeline {
  const checkpoint = stored.find(({ pipeline }) => pipeline === SET_NAME);
  const shards = checkpoint?.shards ?? config.live.shards;
  const { label } = config;
  const shown = features.filter((set) =>
    hasRows(set) && !(label?.only && set.name === label.feature)
  );
  const plan = lowerSet({
    features: shown,
    spine: spine.spine,
    startUs: config.startUs,
    endUs: config.endUs,
    rowsOf: [],
    partitions: shards,
  });
  const columns = shown.flatMap(({ name, feature }) =>
    feature.outputs.map((output): Column => ({ ...output, name: `${name}.${output.name}` }))
  );
  const info = setInfoOf(SET_NAME, spine.columns, { columns, pipeline: SET_NAME });
  return {
    name: SET_NAME,
    shards,
    plan,
    features: shown,
    manifest: manifestOf("set", shown, plan),
    checkpoint,
    asked: [],
    series: [{ info, from: "result" }],
  };
}

export interface OpenPipelineOptions {
  readonly live: LiveOptions;
  readonly symbols: SymbolTable;
  readonly clock: Clock;
  readonly store: CheckpointStore;
  /** By pipeline: the checkpoint it goes on from. */
  readonly loaded: ReadonlyMap<string, Checkpoint>;
  readonly openSites: (shards: number) => PlanRunOptions["openSites"];
  readonly follow: (source: string) => FollowedSource;
  /** Where rows are kept that no site needs for long. */
  readonly shelf: PlanRunOptions["shelf"];
}

/** Opens a pipeline with the state of its checkpoint. */
export async function openPipeline(
  planned: PlannedPipeline,
  options: OpenPipelineOptions,
): Promise<{ readonly pipeline: Pipeline; readonly hubs: readonly SeriesHub[] }> {
  const { name, plan, shards, manifest } = planned;
  const { live, symbols, clock, store, openSites, follow, shelf } = options;
  const states = options.loaded.get(name)?.states;
  const series = planned.series.map(({ info, from }): PipelineSeries => {
    const state = states?.get(`series:${info.name}`) as
      | ReturnType<SeriesHub["state"]>
      | undefined;
    return {
      hub: new SeriesHub({ info, symbols, stored: store, ...(state ? { state } : {}) }),
      from,
    };
  });
  const pipeline = await Pipeline.open({
    name,
    plan,
    shards,
    symbols,
    clock,
    store,
    series,
    identity: printManifest(manifest),
    openSites: openSites(shards),
    sources: plan.sources.map(({ source }) => follow(liveNameOf(source))),
    flushUs: live.flushUs,
    flushRows: live.flushRows,
    closingUs: closingTimeUs(planned.features.map(({ feature }) => feature)),
    intervalUs: live.checkpoint.intervalUs,
    rows: live.checkpoint.rows,
    retained: live.checkpoint.retained,
    ...(shelf ? { shelf } : {}),
    ...(states ? { states } : {}),
  });
  return { pipeline, hubs: series.map(({ hub }) => hub) };
}

export function liveNameOf(source: PlannedPipeline["plan"]["sources"][number]["source"]): string {
  if (source.selection === "") return `${source.plugin}.${source.name}`;
  throw new FeaturizerError(`Cannot keep "${sourceIdentity(source)}" live: it is a selection`, {
    code: "LIVE_SELECTION",
    hint: "Leave the attributes out of params.data_source, or give each its own source.",
  });
}

/** All series, in the order of the config. */
export function seriesOf(pipelines: readonly PlannedPipeline[]): readonly LiveSeriesInfo[] {
  return pipelines.flatMap(({ series, asked }) => [...series.map(({ info }) => info), ...asked]);
}
