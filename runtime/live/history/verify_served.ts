/** Served values, each computed again at the log positions that its read had in sight. */
import type { SymbolTable } from "../../arrow/mod.ts";
import type { PlanRunOptions } from "../../set/mod.ts";
import type { CheckpointStore, ServedValue } from "../../store/mod.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import type { LiveIntake } from "../live_intake.ts";
import { type AskedPipeline, createOnlineReader } from "../online/online_reader.ts";
import type { PlannedPipeline } from "../planned_pipeline.ts";
import { askLog } from "./ask_log.ts";
import { ReplayedPipeline } from "./replayed_pipeline.ts";

export interface ServedVerdict {
  readonly values: number;
  readonly differing: number;
}

export interface ServedDifference {
  readonly served: ServedValue;
  /** The answer now, as JSON. */
  readonly computed: string;
}

export interface VerifyServedOptions {
  readonly store: Pick<CheckpointStore, "served">;
  readonly symbols: SymbolTable;
  readonly intake: Pick<LiveIntake, "replay">;
  readonly openSites: PlanRunOptions["openSites"];
  onDifference(difference: ServedDifference): void;
}

/** Verifies what is noted of a pipeline; values are in the order they were served in, so the log is read once. */
export async function verifyServed(
  planned: PlannedPipeline,
  options: VerifyServedOptions,
): Promise<ServedVerdict> {
  const { store, intake, onDifference } = options;
  await using pipeline = await ReplayedPipeline.open({
    ...planned,
    ...options,
    replay: (source) => intake.replay(source, 0),
  });
  let [values, differing] = [0, 0];
  for await (const served of store.served(planned.name)) {
    const isPast = pipeline.isPast(served.positions);
    if (!isPast) await pipeline.moveTo(served.positions);
    const computed = await readAgain(planned, served, { ...options, pipeline, isPast });
    values++;
    if (computed === served.answer) continue;
    differing++;
    onDifference({ served, computed });
  }
  return { values, differing };
}

/** The answer as JSON; one that was served out of turn, or of the past then, is read from the start of the log. */
async function readAgain(
  planned: PlannedPipeline,
  { feature, entity, atUs, positions }: ServedValue,
  { pipeline, isPast, ...options }: VerifyServedOptions & {
    readonly pipeline: ReplayedPipeline;
    readonly isPast: boolean;
  },
): Promise<string> {
  const read: AskedPipeline["ask"] = (table) =>
    askLog(planned, table, { ...options, positions, watermarkUs: -Infinity });
  const asked: AskedPipeline = {
    name: pipeline.name,
    askColumns: pipeline.askColumns,
    answerColumns: pipeline.answerColumns,
    positions,
    boundUs: -Infinity,
    status: () => pipeline.status(),
    ask: (table) => isPast ? read(table) : pipeline.ask(table),
  };
  const reader = createOnlineReader({
    features: planned.features.map((set) => ({
      set,
      pipeline: asked,
      knows: (_keys, length) => Array.from({ length }, () => true),
    })),
    symbols: options.symbols,
    clock: SYSTEM_CLOCK,
    history: { read: (_name, table) => read(table) },
  });
  const request = { features: [feature], entities: [JSON.parse(entity)], atUs };
  const { rows: [row] } = await reader.read(request);
  return JSON.stringify(row![0]!.values);
}
