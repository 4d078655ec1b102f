/** `verify`: what live pipelines stored, computed again from the log by the offline road and compared to the bit. */
import { SymbolTable } from "../../arrow/mod.ts";
import {
  bindSpine,
  createSetFeatures,
  loadPlugins,
  type PlanRunOptions,
  type SetConfig,
  withCode,
} from "../../set/mod.ts";
import {
  type Checkpoint,
  type CheckpointStore,
  openCheckpointStore,
  openEventLog,
} from "../../store/mod.ts";
import { openSites, type WorkerLauncher } from "../../worker/mod.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import type { HubState } from "../hub/series_hub.ts";
import { openIntake } from "../intake/open_intake.ts";
import type { LiveIntake } from "../live_intake.ts";
import { liveSources } from "../live_sources.ts";
import { planPipelines } from "../open_pipelines.ts";
import { hasRows } from "../pipeline/live_plan.ts";
import { seriesRows } from "../pipeline/series_rows.ts";
import type { PlannedPipeline } from "../planned_pipeline.ts";
import { FeaturizerError } from "../../errors.ts";
import { loadCheckpoints, storedCheckpoints } from "../restore.ts";
import type { RowDifference } from "./compare_rows.ts";
import { runOverLog } from "./log_run.ts";
import { type ServedDifference, type ServedVerdict, verifyServed } from "./verify_served.ts";
import { type SeriesVerdict, SeriesVerifier } from "./verify_series.ts";

export interface VerifyOptions {
  /** Loaded for the purpose of serving. */
  readonly config: SetConfig;
  readonly launcher: WorkerLauncher;
  /** Path or URL; the log lies beside it. Nobody may serve from it meanwhile. */
  readonly store?: string;
  /** Called with every column of a row that differs. */
  onDifference(series: string, difference: RowDifference): void;
  /** Called with every served value that differs. */
  onServedDifference(difference: ServedDifference): void;
  /** Called as log rows are read. */
  onProgress?(pipeline: string, rows: number, of: number): void;
  readonly signal?: AbortSignal;
  /** Opens the sites of a pipeline elsewhere than in workers. */
  readonly openSites?: (shards: number) => PlanRunOptions["openSites"];
}

export interface VerifyReport {
  readonly series: readonly (SeriesVerdict & { readonly pipeline: string })[];
  /** Of pipelines with noted values. */
  readonly served: readonly (ServedVerdict & { readonly pipeline: string })[];
  /** Pipelines without a checkpoint: nothing of them is stored. */
  readonly empty: readonly string[];
  readonly symbols: SymbolTable;
}

/** Verifies every pipeline that has a checkpoint, up to the log positions of its newest. */
export async function verifyLive(options: VerifyOptions): Promise<VerifyReport> {
  const { config, launcher, store: location, signal } = options;
  await using store = await openCheckpointStore(location);
  await using log = await openEventLog(location);
  const { compilation, bundles } = await loadPlugins(config.plugins, {
    launcher,
    limits: config.limits,
  });
  const features = createSetFeatures(compilation, config);
  const stored = await storedCheckpoints(store, { fromHistory: false, savepoint: undefined });
  const symbols = new SymbolTable();
  const spine = hasStreamedSpine(config)
    ? await bindSpine(config, features.filter(hasRows), { compilation, symbols })
    : undefined;
  const planned = planPipelines(config, features, { spine, stored });
  requireWhole(planned, await log.starts());
  const checkpoints = planned.flatMap(({ checkpoint }) => checkpoint ?? []);
  const loaded = await loadCheckpoints(store, checkpoints, symbols);
  const workers = { ...config.limits, launcher, workers: 1 };
  const toSites = options.openSites ??
    ((shards): PlanRunOptions["openSites"] => (sites, listener) =>
      openSites(withCode(sites, bundles), { ...listener, ...workers, partitions: shards }));
  await using intake = await openIntake({
    sources: liveSources(config, features, compilation),
    symbols,
    log,
    clock: SYSTEM_CLOCK,
    maxSkewUs: config.live.maxSkewUs,
    openSites: toSites(1),
    listener: { onAdmitted: () => {}, onWatermark: () => {} },
  });
  const series: (SeriesVerdict & { readonly pipeline: string })[] = [];
  const served: (ServedVerdict & { readonly pipeline: string })[] = [];
  for (const pipeline of planned) {
    signal?.throwIfAborted();
    const { name, manifest } = pipeline;
    if (manifest.kind === "features") {
      const verdict = await verifyServed(pipeline, {
        store,
        symbols,
        intake,
        openSites: toSites(pipeline.shards),
        onDifference: (difference) => options.onServedDifference(difference),
      });
      if (verdict.values > 0) served.push({ pipeline: name, ...verdict });
    }
    const checkpoint = loaded.get(pipeline.name);
    if (!checkpoint) continue;
    const context = { ...options, store, symbols, intake, openSites: toSites };
    const verdicts = await verifyPipeline(pipeline, checkpoint, context);
    series.push(...verdicts.map((verdict) => ({ ...verdict, pipeline: pipeline.name })));
  }
  const empty = planned.filter(({ name }) => !loaded.has(name)).map(({ name }) => name);
  return { series, served, empty, symbols };
}

function hasStreamedSpine({ spine: { kind } }: SetConfig): boolean {
  return kind === "grid" || kind === "feature";
}

/** What is computed again needs every row since the start. */
function requireWhole(
  pipelines: readonly PlannedPipeline[],
  starts: ReadonlyMap<string, number>,
): void {
  for (const { name, plan } of pipelines) {
    for (const { source } of plan.sources) {
      const full = `${source.plugin}.${source.name}`;
      const first = starts.get(full) ?? 1;
      if (first > 1) throw prunedLog(name, full, first);
    }
  }
}

function prunedLog(pipeline: string, source: string, first: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot verify pipeline "${pipeline}": the log of "${source}" begins at row ${first}`,
    {
      code: "LOG_PRUNED",
      hint: "Verify a store whose log has all rows; retain_log says how many are kept.",
    },
  );
}

interface VerifyContext extends Omit<VerifyOptions, "store" | "openSites" | "onServedDifference"> {
  readonly openSites: (shards: number) => PlanRunOptions["openSites"];
  readonly store: CheckpointStore;
  readonly symbols: SymbolTable;
  readonly intake: LiveIntake;
}

async function verifyPipeline(
  { name, plan, shards, series }: PlannedPipeline,
  { info, states }: Checkpoint,
  { store, symbols, intake, openSites, onDifference, onProgress, signal }: VerifyContext,
): Promise<readonly SeriesVerdict[]> {
  const verifiers = series.map(({ info: { name, keys, columns } }) => {
    const { count } = states.get(`series:${name}`) as HubState;
    return new SeriesVerifier({ name, columns: [...keys, ...columns], count }, {
      store,
      symbols,
      tell: (difference) => onDifference(name, difference),
    });
  });
  const names = plan.sources.map(({ source }) => `${source.plugin}.${source.name}`);
  const upTo = names.map((source) => info.positions[source] ?? 0);
  const total = upTo.reduce((sum, position) => sum + position, 0);
  let read = 0;
  try {
    await runOverLog({
      plan,
      partitions: shards,
      symbols,
      openSites: openSites(shards),
      upTo,
      endUs: Infinity,
      ...(signal ? { signal } : {}),
      async *replay(source) {
        for await (const published of intake.replay(names[source]!, 0)) {
          read += published.rows.length;
          onProgress?.(name, read, total);
          yield published;
        }
      },
      async deliver({ rows, result }) {
        for (const [place, { from, info }] of series.entries()) {
          const edge = from === "result" ? plan.result! : plan.rows[from]!;
          const made = from === "result" ? result! : rows[from]!;
          await verifiers[place]!.take(seriesRows(made, edge, info));
        }
      },
    });
    return await Promise.all(verifiers.map((verifier) => verifier.end()));
  } finally {
    await Promise.all(verifiers.map((verifier) => verifier.close()));
  }
}
