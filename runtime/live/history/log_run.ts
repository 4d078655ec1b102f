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
import type { StateData } from "../../store/mod.ts";
import { PlanRun, type PlanRunOptions, type SliceOutput } from "../../set/mod.ts";
import { type HostState, siteStatesIn } from "../pipeline/checkpoints.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";
import { LogFeed } from "./log_feed.ts";

export interface LogRunOptions {
  readonly plan: PhysicalPlan;
  readonly partitions: number;
  readonly symbols: SymbolTable;
  readonly openSites: PlanRunOptions["openSites"];
  /**
   * All admitted rows after a position in the order of the log; by source number of the plan, with all columns of
   * the source.
   */
  replay(source: number, after: number): AsyncIterable<PublishedRows>;
  /** States of a checkpoint of the same plan and partitions to go on from; else from the start of the log. */
  readonly states?: ReadonlyMap<string, StateData>;
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
  const { plan, partitions, symbols, openSites, signal, states } = options;
  const host = states?.get("host") as HostState | undefined;
  const spills = states?.get("spills") as PlanRunOptions["spills"];
  await using run = await PlanRun.open({
    plan,
    partitions,
    symbols,
    openSites,
    rowErrors: "null",
    ...(states ? { states: siteStatesIn(states) } : {}),
    ...(spills ? { spills } : {}),
  });
  const feeds = plan.sources.map((each, source) => {
    const state = host?.sources.get(`${each.source.plugin}.${each.source.name}`);
    const upTo = options.upTo[source] ?? 0;
    return new LogFeed(each, options.replay(source, state?.position ?? 0), {
      upTo,
      ...(state ? { state } : {}),
    });
  });
  try {
    await drive(run, feeds, { ...options, sentUs: host?.sentUs ?? -Infinity });
  } finally {
    await Promise.all(feeds.map((feed) => feed.close()));
  }
  signal?.throwIfAborted();
}

async function drive(
  run: PlanRun,
  feeds: readonly LogFeed[],
  { plan, endUs, table, deliver, signal, sentUs: beforeUs }: LogRunOptions & {
    readonly sentUs: number;
  },
): Promise<void> {
  let waiting = plan.tableEdge && (table ?? noRows(plan.tableEdge.columns));
  let sentUs = beforeUs;
  for (let isLast = false; !isLast;) {
    signal?.throwIfAborted();
    const laggard = laggardOf(feeds);
    if (laggard) await laggard.advance();
    const boundUs = Math.min(endUs, ...feeds.map(({ watermarkUs }) => watermarkUs));
    isLast = boundUs === endUs || laggardOf(feeds) === undefined;
    const limitUs = isLast ? endUs : boundUs;
    if (!isLast && !(limitUs > sentUs)) continue;
    sentUs = Math.max(limitUs, sentUs);
    await run.roomUntil(sentUs);
    const count = waiting ? firstAtLeast(waiting.time, waiting.length, limitUs) : 0;
    const input = {
      rows: feeds.map((feed) => feed.release(limitUs)),
      untilUs: sentUs,
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
