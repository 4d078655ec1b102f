/** From a config to a live system, step by step. */
import type { Compilation, SetFeature, Source } from "../../dsl/mod.ts";
import { type ColumnData, SymbolTable } from "../arrow/mod.ts";
import {
  bindSpine,
  type BoundSpine,
  createSetFeatures,
  type LoadedPlugins,
  loadPlugins,
  type PlanRunOptions,
  type SetConfig,
  withCode,
} from "../set/mod.ts";
import {
  type CheckpointStore,
  holdStore,
  openCheckpointStore,
  openEventLog,
  openScratch,
} from "../store/mod.ts";
import type { StartThread } from "../threads.ts";
import { openSites as openWorkers, PreparedWorkers, type WorkerLauncher } from "../worker/mod.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import type { SeriesHub } from "./hub/series_hub.ts";
import { openIntake } from "./intake/open_intake.ts";
import { pluginInfoOf, sourceInfoOf } from "./live_catalog.ts";
import { connectorsOf, expectedEntries, liveSources } from "./live_sources.ts";
import type { LiveCatalog, LiveSystem } from "./live_system.ts";
import {
  liveNameOf,
  openPipeline,
  type OpenPipelineOptions,
  planPipelines,
  seriesOf,
} from "./open_pipelines.ts";
import { hasRows } from "./pipeline/live_plan.ts";
import { createOnlineReader, type ReadFeature } from "./online/online_reader.ts";
import { createPastReads } from "./past_reads.ts";
import type { PlannedPipeline } from "./planned_pipeline.ts";
import { PipelineRouter } from "./pipeline_router.ts";
import { loadCheckpoints, requireKept, storedCheckpoints, watermarksIn } from "./restore.ts";
import { Retention } from "./retention.ts";
import { RunningConnectors } from "./running_connectors.ts";
import { type LiveParts, RunningLive } from "./running_live.ts";
import { ServingLog } from "./serving_log.ts";
import { openReplayClock } from "./sources/create_connector.ts";

export interface OpenLiveOptions {
  /** Loaded for the purpose of serving. */
  readonly config: SetConfig;
  /** Where plugin workers are started. */
  readonly launcher: WorkerLauncher;
  /** Who starts the store's threads; the calling thread by default. */
  readonly startThread?: StartThread;
  /** The config's plugins, if they are loaded, or being loaded, already. */
  readonly plugins?: LoadedPlugins | Promise<LoadedPlugins>;
  /** Path or URL; the log lies beside it. */
  readonly store?: string;
  readonly clock?: Clock;
  /** Threads of each pipeline; the config's by default. */
  readonly workers?: number;
  /** Makes all state and rows again from the log. */
  readonly fromHistory?: boolean;
  /** New state begins with the rows that the log still has; without it that is refused. */
  readonly acceptPruned?: boolean;
  /** Goes back to a savepoint; what came after it is read from the log again. */
  readonly fromSavepoint?: string;
  /** The sources are complete when the config's files have been read to their ends: then open windows close. */
  readonly isBounded?: boolean;
  /** Opens the sites of a pipeline elsewhere than in workers. */
  readonly openSites?: (shards: number) => PlanRunOptions["openSites"];
}

/**
 * Opens a live system: restores what a store holds of its pipelines, reads what the log has beyond that, and follows.
 *
 * @throws FeaturizerError if the config, a plugin, the store or its state does not fit; nothing is left open then.
 */
export async function openLive(options: OpenLiveOptions): Promise<LiveSystem> {
  await using opened = new AsyncDisposableStack();
  const workers = opened.use(preparedWorkers(options));
  const live = await build({ ...options, launcher: workers }, opened);
  workers.dismiss();
  const kept = opened.move();
  return new RunningLive({ ...live, release: () => kept.disposeAsync() });
}

/** Plugins are loaded, and the store is opened, while they start. */
function preparedWorkers(
  { config, launcher, workers = config.live.workers, openSites }: OpenLiveOptions,
): PreparedWorkers {
  return new PreparedWorkers(launcher, openSites ? 0 : workers, config.limits);
}

async function build(
  options: OpenLiveOptions,
  opened: AsyncDisposableStack,
): Promise<Omit<LiveParts, "release">> {
  const { config, launcher, store: location, startThread } = options;
  const loading = Promise.resolve(
    options.plugins ?? loadPlugins(config.plugins, { launcher, limits: config.limits }),
  );
  loading.catch(() => {});
  opened.use(await holdStore(location));
  const { store, log } = await openStores({ location, startThread }, opened);
  const { compilation, bundles } = await loading;
  const features = createSetFeatures(compilation, config);
  const { planned, loaded, symbols } = await restored(options, {
    features,
    store,
    spine: await spineOf(config, features, compilation),
  });
  requireKept(planned, await log.starts(), { acceptPruned: options.acceptPruned ?? false });
  const clock = options.clock ?? openReplayClock(config.dataSources, SYSTEM_CLOCK) ?? SYSTEM_CLOCK;
  const sources = liveSources(config, features, compilation);
  const openSites = options.openSites ?? sitesIn(options, bundles);
  const router = new PipelineRouter();
  const { hubs, features: read } = await openPipelines(planned, router, {
    opened,
    each: { live: config.live, symbols, clock, store, loaded, openSites },
  });
  const { maxSkewUs } = config.live;
  const watermarks = watermarksIn(loaded);
  const together = planned.map(({ plan }) => plan.sources.map(({ source }) => liveNameOf(source)));
  const pulling = connectorsOf(config, sources, { symbols, clock });
  const entries = expectedEntries(config, pulling);
  const shared = { sources, symbols, log, clock, maxSkewUs, watermarks, together, entries };
  const intake = opened.use(
    await openIntake({ ...shared, openSites: openSites(1), listener: router }),
  );
  router.connect(intake);
  const connectors = new RunningConnectors(pulling);
  for (const pipeline of router.pipelines) pipeline.start();
  connectors.start(intake, { clock, isBounded: options.isBounded ?? false });
  prepareSoon([store, log], opened);
  const { pipelines } = router;
  const history = createPastReads({ planned, pipelines, symbols, intake, openSites, store, log });
  const catalog = catalogOf(compilation, { sources, planned });
  return {
    catalog,
    symbols,
    intake,
    pipelines,
    hubs,
    log,
    store,
    connectors,
    retention: new Retention({ pipelines, store, log, clock, live: config.live }),
    read: createOnlineReader({ features: read, symbols, clock, history }).read,
    ...servingLogOf(config.live.servingLog, { catalog, store, clock }),
  };
}

function catalogOf(
  { plugins }: Compilation,
  { sources, planned }: {
    readonly sources: readonly Source[];
    readonly planned: readonly PlannedPipeline[];
  },
): LiveCatalog {
  return {
    plugins: plugins.map(pluginInfoOf),
    sources: sources.map(sourceInfoOf),
    series: seriesOf(planned),
  };
}

function servingLogOf(
  share: number,
  { catalog: { series }, store, clock }: Pick<LiveParts, "catalog" | "store"> & {
    readonly clock: Clock;
  },
): Pick<LiveParts, "servingLog"> {
  if (share === 0) return {};
  const pipelines = new Map(series.map(({ name, pipeline }) => [name, pipeline]));
  const servingLog = new ServingLog({
    share,
    clock,
    pipelineOf: (feature) => pipelines.get(feature)!,
    noteServed: (values) => store.noteServed(values),
  });
  return { servingLog };
}

/** So that it does not keep those waiting who call first. */
const PREPARE_AFTER_MS = 100;

/** What need not be ready when the system opens. */
function prepareSoon(
  stores: readonly { prepare(): Promise<void> }[],
  opened: AsyncDisposableStack,
): void {
  const timer = setTimeout(() => {
    // What fails now fails again, and is told, when it is needed.
    for (const one of stores) one.prepare().catch(() => {});
  }, PREPARE_AFTER_MS);
  opened.defer(() => clearTimeout(timer));
}

/** Opens store and log together: each takes its time to start a thread. */
async function openStores(
  { location, startThread }: {
    readonly location: string | undefined;
    readonly startThread: StartThread | undefined;
  },
  opened: AsyncDisposableStack,
) {
  const opening = [
    openCheckpointStore(location, { startThread }),
    openEventLog(location, { startThread }),
  ] as const;
  for (const one of opening) one.then((it) => opened.use(it), () => {});
  const outcomes = await Promise.allSettled(opening);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  const [store, log] = await Promise.all(opening);
  return { store, log };
}

/** Plans the pipelines around what is stored of them, and loads that. */
async function restored(
  { config, fromHistory = false, fromSavepoint }: OpenLiveOptions,
  { features, store, spine }: {
    readonly features: readonly SetFeature[];
    readonly store: CheckpointStore;
    readonly spine: BoundSpine | undefined;
  },
) {
  const stored = await storedCheckpoints(store, { fromHistory, savepoint: fromSavepoint });
  const planned = planPipelines(config, features, { spine, stored });
  const symbols = new SymbolTable();
  const wanted = planned.flatMap(({ checkpoint }) => checkpoint ?? []);
  return { planned, symbols, loaded: await loadCheckpoints(store, wanted, symbols) };
}

/** Opens the pipelines; their hubs by series, and their features as they are read. */
async function openPipelines(
  planned: readonly PlannedPipeline[],
  router: PipelineRouter,
  { opened, each }: {
    readonly opened: AsyncDisposableStack;
    readonly each: Omit<OpenPipelineOptions, "shelf" | "follow">;
  },
): Promise<{
  readonly hubs: ReadonlyMap<string, SeriesHub>;
  readonly features: readonly ReadFeature[];
}> {
  const hubs = new Map<string, SeriesHub>();
  const features: ReadFeature[] = [];
  const shelf = opened.use(openScratch());
  // After the intake, which stops first, each takes a last checkpoint.
  opened.defer(async () => {
    await Promise.all(router.pipelines.map((pipeline) => pipeline.close()));
  });
  const follow = (name: string) => router.follow(name);
  const opening = planned.map((one) => openPipeline(one, { ...each, shelf, follow }));
  for (const [place, outcome] of (await Promise.allSettled(opening)).entries()) {
    if (outcome.status === "rejected") continue;
    const { pipeline, hubs: own } = outcome.value;
    router.add(pipeline);
    for (const hub of own) hubs.set(hub.info.name, hub);
    const one = planned[place]!;
    if (one.manifest.kind === "set") continue;
    features.push(...one.features.map((set) => ({
      set,
      pipeline,
      knows: (keys: readonly ColumnData[], length: number, atUs: number) =>
        hubs.get(set.name)?.knows(keys, length, atUs) ?? new Array<boolean>(length).fill(true),
    })));
  }
  await Promise.all(opening);
  return { hubs, features };
}

/** A table's rows are no stream, so it is no live set; what a request brings is not in a stream either. */
async function spineOf(
  config: SetConfig,
  features: readonly SetFeature[],
  compilation: Compilation,
): Promise<BoundSpine | undefined> {
  const { kind } = config.spine;
  if (kind === "none" || kind === "table") return undefined;
  return await bindSpine(config, features.filter(hasRows), {
    compilation,
    symbols: new SymbolTable(),
  });
}

function sitesIn(
  { config, launcher, workers = config.live.workers }: OpenLiveOptions,
  bundles: ReadonlyMap<string, string>,
): (shards: number) => PlanRunOptions["openSites"] {
  return (shards) => (sites, listener) =>
    openWorkers(withCode(sites, bundles), {
      ...listener,
      ...config.limits,
      launcher,
      partitions: shards,
      workers,
    });
}
