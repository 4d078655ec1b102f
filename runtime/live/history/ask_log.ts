/** A question answered from the log, run over from its start, or from a checkpoint, as far as it looks. */
import type { SymbolTable } from "../../arrow/mod.ts";
import { concatRows, type StreamData } from "../../engine/mod.ts";
import type { StateData } from "../../store/mod.ts";
import type { PlanRunOptions } from "../../set/mod.ts";
import type { LiveIntake } from "../live_intake.ts";
import { type Answer, AskQueue } from "../pipeline/ask_queue.ts";
import type { PlannedPipeline } from "../planned_pipeline.ts";
import { runOverLog } from "./log_run.ts";

export interface AskLogOptions {
  readonly symbols: SymbolTable;
  readonly intake: Pick<LiveIntake, "replay">;
  /** Of a checkpoint before all times asked for; without them it begins at the start of the log. */
  readonly states?: ReadonlyMap<string, StateData>;
  readonly openSites: PlanRunOptions["openSites"];
  /** By source, the last log position in sight. */
  readonly positions: Readonly<Record<string, number>>;
  /** What the answer says of its watermark. */
  readonly watermarkUs: number;
}

export async function askLog(
  { plan, shards }: Pick<PlannedPipeline, "plan" | "shards">,
  table: StreamData,
  { symbols, intake, openSites, positions, watermarkUs, states }: AskLogOptions,
): Promise<Answer> {
  const asks = new AskQueue();
  const answer = asks.add(table);
  const batch = asks.take();
  const results: StreamData[] = [];
  const names = plan.sources.map(({ source }) => `${source.plugin}.${source.name}`);
  await runOverLog({
    plan,
    partitions: shards,
    symbols,
    openSites,
    replay: (source, after) => intake.replay(names[source]!, after),
    ...(states ? { states } : {}),
    upTo: names.map((name) => positions[name] ?? 0),
    table: batch.table(-Infinity),
    endUs: batch.lastTimeUs + 1,
    deliver: ({ result }) => void (result && result.length > 0 && results.push(result)),
  });
  batch.answer(concatRows(results), { watermarkUs, appliedUs: -Infinity, positions });
  return await answer;
}
