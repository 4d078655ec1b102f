/**
 * The offline road over the event log: admitted rows as they were decided, from the first to a position, through
 * a plan. What it gives for a time depends on the rows alone, as in a run over files.
 *
 * V1 Decisions of admission are those of the log; nothing is judged again.
 * V2 The bound of a slice is the least watermark that the log noted; no row admitted later stands below it.
 */
import type { PhysicalPlan } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import { firstAtLeast, noRows, sliceRows, type StreamData } from "../../engine/mod.ts";
import { PlanRun, type PlanRunOptions, type SliceOutput } from "../../set/mod.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";
import { LogFeed } from "./log_feed.ts";

export interface LogRunOptions {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly symbols: SymbolTable;
  readonly openSites: PlanRunOptions["openSites"];
  /** All admitted rows in the order of the log; by source number of the plan, with all columns of the source. */
  replay(source: number): AsyncIterable<PublishedRows>;
  /** By source number: the last position to read. */
  readonly upTo: readonly number[];
  /** Queries in order of time. */
  readonly table?: StreamData;
  /** No row or answer of this time or later is wanted. */
  readonly endUs: number;
  deliver(output: SliceOutput): Promise<void> | void;
  readonly signal?: AbortSignal;
}

/** Runs the plan over the log; resolves when the last slice was delivered. */
export async function runOverLog(options: LogRunOptions): Promise<void> {
  const { plan, partitions, symbols, openSites, signal } = options;
  await using run = await PlanRun.open({
    plan,
    partitions,
    symbols,
    openSites,
    rowErrors: "null",
  });
  const feeds = plan.sources.map((_, source) =>
    new LogFeed(plan.sources[source]!, options.replay(source), options.upTo[source] ?? 0)
  );
  try {
    await drive(run, feeds, options);
  } finally {
    await Promise.all(feeds.map((feed) => feed.close()));
  }
  signal?.throwIfAborted();
}

async function drive(
  run: PlanRun,
  feeds: readonly LogFeed[],
  { plan, endUs, table, deliver, signal }: LogRunOptions,
): Promise<void> {
  let waiting = plan.tableEdge && (table ?? noRows(plan.tableEdge.columns));
  let sentUs = -Infinity;
  for (let isLast = false; !isLast;) {
    signal?.throwIfAborted();
    const laggard = laggardOf(feeds);
    if (laggard) await laggard.advance();
    const boundUs = Math.min(endUs, ...feeds.map(({ watermarkUs }) => watermarkUs));
    isLast = boundUs === endUs || laggardOf(feeds) === undefined;
    const untilUs = isLast ? endUs : boundUs;
    if (!isLast && !(untilUs > sentUs)) continue;
    sentUs = untilUs;
    await run.roomUntil(untilUs);
    const count = waiting ? firstAtLeast(waiting.time, waiting.length, untilUs) : 0;
    const input = {
      rows: feeds.map((feed) => feed.release(untilUs)),
      untilUs,
      isLast,
      lastTimesUs: feeds.map(({ ended, lastTimeUs }) => ended ? lastTimeUs : Infinity),
      ...(waiting ? { table: sliceRows(waiting, 0, count) } : {}),
    };
    waiting = waiting && sliceRows(waiting, count, waiting.length);
    run.send(input, deliver).catch(() => {});
  }
  await run.room(1);
}

function laggardOf(feeds: readonly LogFeed[]): LogFeed | undefined {
  return feeds.filter(({ ended }) => !ended).reduce<LogFeed | undefined>(
    (least, feed) => !least || feed.watermarkUs < least.watermarkUs ? feed : least,
    undefined,
  );
}
