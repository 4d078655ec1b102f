/**
 * Reads at times before the applied state: the log is run over again, as far as they look, from the newest retained
 * checkpoint that is of no later time, else from its start.
 *
 * P1 Some are under way at a time, each with sites of its own, some more wait, the rest is refused.
 * P2 Where the log begins later than a read would have to, there is no answer.
 */
import type { StreamData } from "../engine/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { PlanRunOptions } from "../set/mod.ts";
import type { CheckpointInfo, CheckpointStore, EventLog, StateData } from "../store/mod.ts";
import { askLog } from "./history/ask_log.ts";
import type { LiveIntake } from "./live_intake.ts";
import type { OnlineHistory } from "./online/online_reader.ts";
import type { Answer } from "./pipeline/ask_queue.ts";
import type { HostState } from "./pipeline/checkpoints.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import { parseManifest } from "./pipeline/pipeline_manifest.ts";
import { readsFull } from "./pipeline/reads_full.ts";
import { ReleaseRule } from "./pipeline/release_rule.ts";
import type { PlannedPipeline } from "./planned_pipeline.ts";

export interface PastReadsOptions {
  readonly planned: readonly PlannedPipeline[];
  readonly pipelines: readonly Pick<Pipeline, "name" | "positions" | "boundUs">[];
  readonly symbols: SymbolTable;
  readonly intake: Pick<LiveIntake, "replay">;
  readonly store: Pick<CheckpointStore, "list" | "load">;
  readonly log: Pick<EventLog, "starts">;
  readonly openSites: (shards: number) => PlanRunOptions["openSites"];
}

const MOST_AT_ONCE = 2;
const MOST_WAITING = 32;
const MOST_NOTED = 1024;

export function createPastReads(options: PastReadsOptions): OnlineHistory {
  const reads = new PastReads(options);
  return { read: (name, table) => reads.read(name, table) };
}

type Positions = Readonly<Record<string, number>>;
type States = ReadonlyMap<string, StateData>;

class PastReads {
  readonly #options: PastReadsOptions;
  /** By checkpoint: the time that its state is of. */
  readonly #appliedUs = new Map<number, number>();
  readonly #waiting: (() => void)[] = [];
  #underWay = 0;

  constructor(options: PastReadsOptions) {
    this.#options = options;
  }

  async read(name: string, table: StreamData): Promise<Answer | undefined> {
    if (this.#underWay < MOST_AT_ONCE) this.#underWay++;
    else await this.#turn();
    try {
      return await this.#answer(name, table);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay--;
    }
  }

  /** Takes over the place of one that has ended. */
  #turn(): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) {
      throw readsFull(`${MOST_WAITING} reads at past times wait for their turn`);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #answer(name: string, table: StreamData): Promise<Answer | undefined> {
    const { planned, pipelines, symbols, intake, openSites } = this.#options;
    const own = planned.find((each) => each.name === name);
    const pipeline = pipelines.find((each) => each.name === name);
    if (!own || !pipeline) return undefined;
    const { positions, boundUs: watermarkUs } = pipeline;
    const atUs = table.time.reduce((least, us) => Math.min(least, us), Infinity);
    const states = await this.#statesBefore(own, { atUs, positions });
    if (!states && !await this.#hasAll(own)) return undefined;
    return await askLog(own, table, {
      symbols,
      intake,
      openSites: openSites(own.shards),
      positions,
      watermarkUs,
      ...(states ? { states } : {}),
    });
  }

  /** Undefined if it has been dropped since it was listed. */
  async #load(id: number): Promise<States | undefined> {
    try {
      return (await this.#options.store.load(id)).states;
    } catch (error) {
      if (error instanceof FeaturizerError && error.code === "CHECKPOINT_LOST") return undefined;
      throw error;
    }
  }

  /** True if the log has every row since its start. */
  async #hasAll({ plan }: PlannedPipeline): Promise<boolean> {
    const starts = await this.#options.log.starts();
    return plan.sources.every(({ source: { plugin, name } }) =>
      (starts.get(`${plugin}.${name}`) ?? 1) === 1
    );
  }

  /** States of the newest checkpoint that answers a read at the time, of rows up to the positions. */
  async #statesBefore(
    own: PlannedPipeline,
    { atUs, positions }: { readonly atUs: number; readonly positions: Positions },
  ): Promise<States | undefined> {
    const list = await this.#options.store.list(own.name);
    for (const info of list) {
      if (!isSame(own, info) || !isWithin(info.positions, positions)) continue;
      if ((this.#appliedUs.get(info.id) ?? -Infinity) > atUs) continue;
      const states = await this.#load(info.id);
      if (!states) continue;
      const appliedUs = appliedIn(own, states);
      if (this.#appliedUs.size >= MOST_NOTED) this.#appliedUs.clear();
      this.#appliedUs.set(info.id, appliedUs);
      if (appliedUs <= atUs) return states;
    }
    return undefined;
  }
}

function isWithin(inner: Positions, outer: Positions): boolean {
  return Object.entries(inner).every(([source, position]) => position <= (outer[source] ?? 0));
}

/** A state of the same plan, cut into the same parts. */
function isSame({ manifest, shards }: PlannedPipeline, info: CheckpointInfo): boolean {
  return info.shards === shards && parseManifest(info.identity).schema === manifest.schema;
}

/** Answers at times before it would be of a later state. */
function appliedIn({ plan }: PlannedPipeline, states: States): number {
  const { lastReleasedUs, sentUs } = states.get("host") as HostState;
  return Math.max(lastReleasedUs, new ReleaseRule(plan).isTimed ? sentUs - 1 : -Infinity);
}
