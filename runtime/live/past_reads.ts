/** Reads at times before the applied state: the log is run over again, as far as they look. */
import { concatRows, type StreamData } from "../engine/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import type { PlanRunOptions } from "../set/mod.ts";
import { runOverLog } from "./history/log_run.ts";
import type { LiveIntake } from "./live_intake.ts";
import type { OnlineHistory } from "./online/online_reader.ts";
import { type Answer, AskQueue } from "./pipeline/ask_queue.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import type { PlannedPipeline } from "./planned_pipeline.ts";

export interface PastReadsOptions {
  readonly planned: readonly PlannedPipeline[];
  readonly pipelines: readonly Pipeline[];
  readonly symbols: SymbolTable;
  readonly intake: Pick<LiveIntake, "replay">;
  readonly openSites: (shards: number) => PlanRunOptions["openSites"];
}

/** One read at a time: each opens sites of its own. */
export function createPastReads(options: PastReadsOptions): OnlineHistory {
  let before: Promise<unknown> = Promise.resolve();
  return {
    read: (name, table) => {
      const answer = before.then(() => readPast(name, table, options));
      before = answer.catch(() => {});
      return answer;
    },
  };
}

async function readPast(
  name: string,
  table: StreamData,
  { planned, pipelines, symbols, intake, openSites }: PastReadsOptions,
): Promise<Answer | undefined> {
  const own = planned.find((each) => each.name === name);
  const pipeline = pipelines.find((each) => each.name === name);
  if (!own || !pipeline) return undefined;
  const { plan, shards } = own;
  const { positions, boundUs: watermarkUs } = pipeline;
  const asks = new AskQueue();
  const answer = asks.add(table);
  const batch = asks.take();
  const results: StreamData[] = [];
  const nameOf = (source: number) => {
    const { plugin, name } = plan.sources[source]!.source;
    return `${plugin}.${name}`;
  };
  await runOverLog({
    plan,
    partitions: shards,
    symbols,
    openSites: openSites(shards),
    replay: (source) => intake.replay(nameOf(source), 0),
    upTo: plan.sources.map((_, source) => positions[nameOf(source)] ?? 0),
    table: batch.table(-Infinity),
    endUs: batch.lastTimeUs + 1,
    deliver: ({ result }) => void (result && result.length > 0 && results.push(result)),
  });
  batch.answer(concatRows(results), { watermarkUs, appliedUs: -Infinity, positions });
  return await answer;
}
