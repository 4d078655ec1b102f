/** Reads at times before the applied state: the log is run over again, as far as they look. */
import type { StreamData } from "../engine/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import type { PlanRunOptions } from "../set/mod.ts";
import { askLog } from "./history/ask_log.ts";
import type { LiveIntake } from "./live_intake.ts";
import type { OnlineHistory } from "./online/online_reader.ts";
import type { Answer } from "./pipeline/ask_queue.ts";
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
  const { positions, boundUs: watermarkUs } = pipeline;
  return await askLog(own, table, {
    symbols,
    intake,
    openSites: openSites(own.shards),
    positions,
    watermarkUs,
  });
}
