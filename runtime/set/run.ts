/** `featurizer run`: from a config to a result file, step by step. */
import { dirname } from "node:path";
import { lowerSet, type PhysicalPlan } from "../../dsl/mod.ts";
import { openResultWriter } from "../arrow/mod.ts";
import type { StreamData } from "../engine/mod.ts";
import { type JsonValue, openScratch, openStore, type Scratch, type Store } from "../store/mod.ts";
import { openSites } from "../worker/mod.ts";
import { withCode } from "./coded_sites.ts";
import { loadConfig } from "./config.ts";
import type { SetConfig } from "./config_types.ts";
import { withEvenBatches } from "./even_batches.ts";
import { type OpenedFeeds, openFeeds } from "./feeds.ts";
import { lateReports } from "./late_report.ts";
import { sha256 } from "./load_plugins.ts";
import { columnFeatures, prepareConfig, type PreparedRun, type RunContext } from "./prepared.ts";
import { pump } from "./pump.ts";
import type { RunOptions, SetReport } from "./report.ts";
import { fetchRemoteFiles } from "./remote_files.ts";
import { resultColumns } from "./result_columns.ts";
import { ResultSink } from "./result_sink.ts";
import { openReuse, type Reuse } from "./reuse.ts";
import { resultPath } from "./result_path.ts";

/**
 * Builds the set of a config.
 *
 * @param options The config's path, and what overrides it.
 * @param context Where plugin workers are started.
 * @returns What was built, from how many rows, and how much came from the store.
 * @throws FeaturizerError if the config, a plugin, a file or a row is wrong; nothing is left behind then.
 */
export async function runSet(options: RunOptions, context: RunContext): Promise<SetReport> {
  const started = performance.now();
  const loaded = await loadConfig(options.config);
  const checked = await prepareConfig(loaded, context);
  await using local = await fetchRemoteFiles(loaded, options.signal);
  const { config } = local;
  const prepared = { ...checked, config };
  // In this thread: nothing else waits here, and a worker of its own takes half a second to start.
  const store = config.featuresToStore.length > 0
    ? await openStore(options.store, { thread: "caller" })
    : undefined;
  await using reuse = await openReuse(prepared, store);
  return await recorded(
    store,
    config,
    options.signal,
    () => build({ prepared, reuse, options, context, started }),
  );
}

/** Notes in the store's book of runs what was run and how it ended. */
async function recorded(
  store: Store | undefined,
  { file, text }: SetConfig,
  signal: AbortSignal | undefined,
  run: () => Promise<SetReport>,
): Promise<SetReport> {
  const id = await store?.startRun({ config: file, configHash: sha256(text) });
  try {
    const report = await run();
    if (id !== undefined) {
      await store?.finishRun(id, { status: "succeeded", report: toPlain(report) });
    }
    return report;
  } catch (error) {
    const status = signal?.aborted ? "cancelled" : "failed";
    if (id !== undefined) await store?.finishRun(id, { status });
    throw error;
  }
}

function toPlain(report: SetReport): JsonValue {
  return JSON.parse(JSON.stringify(report));
}

interface Build {
  readonly prepared: PreparedRun;
  readonly reuse: Reuse;
  readonly options: RunOptions;
  readonly context: RunContext;
  /** When the run began, on the clock of `performance`. */
  readonly started: number;
}

async function build({ prepared, reuse, options, context, started }: Build): Promise<SetReport> {
  const { path, format } = resultPath(prepared.config, options);
  const partitions = options.partitions ?? 1;
  const plan = planRun(prepared, reuse, partitions);
  const columns = resultColumns(prepared, plan, reuse);
  using scratch = openScratch();
  const list = columns.map(({ column }) => column);
  if (options.out === undefined) await Deno.mkdir(dirname(path), { recursive: true });
  const writer = withEvenBatches(
    await openResultWriter(path, { format, columns: list, symbols: prepared.symbols }),
    list,
  );
  try {
    const sink = new ResultSink(columns, writer, {
      dropsNullLabels: prepared.config.label?.nulls === "drop",
    });
    const { feeds, dropped } = await execute({
      prepared,
      plan,
      reuse,
      sink,
      options,
      context,
      partitions,
      scratch,
    });
    options.onProgress?.({ ...progressOf(feeds, sink), phase: "writing" });
    await writer.close();
    await reuse.commit();
    return {
      path,
      format,
      rows: sink.rows,
      columns: list.map(({ name, type }, place) => ({
        name,
        type: type.kind,
        nulls: sink.nulls[place]!,
      })),
      sourceRows: feeds.list.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      droppedPastLabels: dropped,
      labelNulls: sink.labelNulls,
      late: lateReports(plan, feeds),
      reused: reuse.reused,
      stored: reuse.stored,
      spilledBytes: scratch.bytes,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

function planRun(prepared: PreparedRun, reuse: Reuse, partitions: number): PhysicalPlan {
  const { config, label, bound } = prepared;
  return lowerSet({
    features: columnFeatures(prepared).filter(({ name }) => !reuse.has(name)),
    ...(label ? { label } : {}),
    spine: bound.spine,
    startUs: config.startUs,
    endUs: config.endUs,
    rowsOf: reuse.rowsOf.map(({ feature }) => feature),
    partitions,
  });
}

interface Execution {
  readonly prepared: PreparedRun;
  readonly plan: PhysicalPlan;
  readonly reuse: Reuse;
  readonly sink: ResultSink;
  readonly options: RunOptions;
  readonly context: RunContext;
  readonly partitions: number;
  readonly scratch: Scratch;
}

async function execute(run: Execution): Promise<{ feeds: OpenedFeeds; dropped: number }> {
  const { prepared, plan, reuse, sink, options, context, partitions } = run;
  const { config, label, bound, symbols, bundles } = prepared;
  const feeds: { opened?: OpenedFeeds } = {};
  let dropped = 0;
  await pump({
    plan,
    partitions,
    symbols,
    shelf: run.scratch,
    endUs: config.endUs + (label?.lookaheadUs ?? 0),
    ...(bound.table ? { table: bound.table } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    openSites: (sites, listener) =>
      openSites(withCode(sites, bundles), {
        ...listener,
        ...config.limits,
        launcher: context.launcher,
        partitions,
      }),
    createFeeds: async (prepareOf) => {
      const opened = await openFeeds(config, plan, {
        symbols,
        prepareOf,
        ...(options.batchRows === undefined ? {} : { batchRows: options.batchRows }),
      });
      feeds.opened = opened;
      return opened.list;
    },
    onResult: async (rows: StreamData) => {
      await reuse.take(rows);
      await sink.write(rows);
    },
    onRows: (feature, rows) => reuse.writeRows(feature, rows, feeds.opened?.list ?? []),
    onDropped: (rows) => {
      dropped += rows;
    },
    onProgress: () => {
      if (feeds.opened) options.onProgress?.(progressOf(feeds.opened, sink));
    },
  });
  return { feeds: feeds.opened ?? { list: [], entries: [] }, dropped };
}

function progressOf({ list }: OpenedFeeds, sink: ResultSink) {
  const sum = (of: (feed: OpenedFeeds["list"][number]) => number) =>
    list.reduce((total, feed) => total + of(feed), 0);
  return {
    phase: "reading" as const,
    bytesRead: sum(({ bytesRead }) => bytesRead),
    bytesTotal: sum(({ bytesTotal }) => bytesTotal),
    rowsRead: sum(({ rowsRead }) => rowsRead),
    setRows: sink.rows,
  };
}
