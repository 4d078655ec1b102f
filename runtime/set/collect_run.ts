/** A bounded run whose set stays in memory: for cases and for the check of the future. */
import { type Column, lowerSet, type PhysicalPlan, type SourcePlan } from "../../dsl/mod.ts";
import type { ColumnData } from "../arrow/mod.ts";
import { type AdmissionCounts, copyRows, createSite, type DeliveredRows } from "../engine/mod.ts";
import { openSites, openSitesInline, type WorkerLauncher } from "../worker/mod.ts";
import { withCode } from "./coded_sites.ts";
import { openFeeds, type OpenReaders } from "./feeds.ts";
import { columnFeatures, type PreparedRun } from "./prepared.ts";
import { pump } from "./pump.ts";
import { resultColumns } from "./result_columns.ts";
import { openReuse } from "./reuse.ts";
import type { SourceFeed } from "./source_feed.ts";

export interface CollectOptions {
  readonly launcher: WorkerLauncher;
  readonly partitions: number;
  readonly batchRows?: number;
  /** Where the rows come from; the config's files by default. */
  readonly openReaders?: OpenReaders;
  onDelivered?(source: SourcePlan, entry: number, rows: DeliveredRows): void;
  readonly signal?: AbortSignal;
  onProgress?(feeds: readonly SourceFeed[]): void;
}

export interface CollectedRun {
  readonly columns: readonly Column[];
  /** Columns in this order; rows as the set has them. */
  readonly blocks: readonly CollectedRows[];
  /** By `plugin.source`. */
  readonly counts: ReadonlyMap<string, AdmissionCounts>;
  readonly droppedPastLabels: number;
}

export interface CollectedRows {
  readonly length: number;
  readonly time: Float64Array;
  readonly columns: readonly ColumnData[];
}

/** Runs what a config names and keeps its set. */
export async function collectRun(
  prepared: PreparedRun,
  options: CollectOptions,
): Promise<CollectedRun> {
  const blocks: CollectedRows[] = [];
  return { ...await streamRun(prepared, options, (rows) => void blocks.push(rows)), blocks };
}

/**
 * Runs what a config names and hands the rows of its set on. Plans without functions of plugins run in this
 * thread, others in their sandbox.
 */
export async function streamRun(
  prepared: PreparedRun,
  options: CollectOptions,
  onRows: (rows: CollectedRows) => void,
): Promise<Omit<CollectedRun, "blocks">> {
  const { config, label, bound, symbols, bundles } = prepared;
  const { launcher, partitions, signal, onProgress } = options;
  const plan = planOf(prepared, partitions);
  const columns = resultColumns(prepared, plan, await openReuse(prepared, undefined));
  let feeds: readonly SourceFeed[] = [];
  let droppedPastLabels = 0;
  await pump({
    plan,
    partitions,
    symbols,
    endUs: config.endUs + (label?.lookaheadUs ?? 0),
    ...(bound.table ? { table: copyRows(bound.table) } : {}),
    ...(signal ? { signal } : {}),
    openSites: (sites, listener) => {
      const coded = withCode(sites, bundles);
      return coded.some(({ code }) => code !== undefined)
        ? openSites(coded, { ...listener, ...config.limits, launcher, partitions })
        : openSitesInline(coded, { ...listener, partitions, createSite });
    },
    createFeeds: async (prepareOf) => {
      const opened = await openFeeds(config, plan, {
        symbols,
        prepareOf,
        ...feedOptions(options),
      });
      return feeds = opened.list;
    },
    onResult: (rows) =>
      onRows({
        length: rows.length,
        time: rows.time,
        columns: columns.map((column) => column.take(rows)),
      }),
    onRows: () => {},
    onDropped: (rows) => {
      droppedPastLabels += rows;
    },
    ...(onProgress ? { onProgress } : {}),
  });
  const counts = new Map(feeds.map(({ source, admission }) => [
    `${source.plugin}.${source.name}`,
    admission.counts,
  ]));
  return { columns: columns.map(({ column }) => column), counts, droppedPastLabels };
}

function feedOptions({ batchRows, openReaders, onDelivered }: CollectOptions) {
  return {
    ...(batchRows === undefined ? {} : { batchRows }),
    ...(openReaders ? { openReaders } : {}),
    ...(onDelivered ? { onDelivered } : {}),
  };
}

function planOf(prepared: PreparedRun, partitions: number): PhysicalPlan {
  const { config, label, bound } = prepared;
  return lowerSet({
    features: columnFeatures(prepared),
    ...(label ? { label } : {}),
    spine: bound.spine,
    startUs: config.startUs,
    endUs: config.endUs,
    rowsOf: [],
    partitions,
  });
}
