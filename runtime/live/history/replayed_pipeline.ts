/** A pipeline on its way through the log once more, that can be asked at every position it passes. */
import type { PhysicalPlan } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import { noRows, type StreamData } from "../../engine/mod.ts";
import { PlanRun, type PlanRunOptions } from "../../set/mod.ts";
import { type Answer, AskQueue } from "../pipeline/ask_queue.ts";
import { ReleaseRule } from "../pipeline/release_rule.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";
import { LogFeed } from "./log_feed.ts";

type Positions = Readonly<Record<string, number>>;

export interface ReplayedPipelineOptions {
  readonly name: string;
  readonly plan: PhysicalPlan;
  readonly shards: number;
  readonly symbols: SymbolTable;
  readonly openSites: PlanRunOptions["openSites"];
  /** All admitted rows of a source in the order of the log. */
  replay(source: string): AsyncIterable<PublishedRows>;
}

export class ReplayedPipeline implements AsyncDisposable {
  readonly name: string;
  readonly #plan: PhysicalPlan;
  readonly #run: PlanRun;
  readonly #feeds: ReadonlyMap<string, LogFeed>;
  readonly #isTimed: boolean;
  #sentUs = -Infinity;
  #lastReleasedUs = -Infinity;

  private constructor({ name, plan, replay }: ReplayedPipelineOptions, run: PlanRun) {
    this.name = name;
    this.#plan = plan;
    this.#run = run;
    this.#isTimed = new ReleaseRule(plan).isTimed;
    this.#feeds = new Map(plan.sources.map((source) => {
      const name = `${source.source.plugin}.${source.source.name}`;
      return [name, new LogFeed(source, replay(name))];
    }));
  }

  static async open(options: ReplayedPipelineOptions): Promise<ReplayedPipeline> {
    const { plan, shards: partitions, symbols, openSites } = options;
    const run = await PlanRun.open({ plan, partitions, symbols, openSites, rowErrors: "null" });
    return new ReplayedPipeline(options, run);
  }

  get askColumns() {
    return this.#plan.tableEdge?.columns ?? [];
  }

  get answerColumns() {
    return this.#plan.result?.columns ?? [];
  }

  get positions(): Positions {
    return Object.fromEntries([...this.#feeds].map(([name, { position }]) => [name, position]));
  }

  get boundUs(): number {
    return Math.min(...[...this.#feeds.values()].map(({ watermarkUs }) => watermarkUs));
  }

  status(): { readonly state: string } {
    return { state: "RUNNING" };
  }

  /** True if it stands beyond them: it cannot go back. */
  isPast(positions: Positions): boolean {
    return [...this.#feeds].some(([name, { position }]) => position > (positions[name] ?? 0));
  }

  /** Reads on to the positions. */
  async moveTo(positions: Positions): Promise<void> {
    for (;;) {
      const behind = [...this.#feeds].filter(([name, { position, ended }]) =>
        !ended && position < (positions[name] ?? 0)
      ).map(([, feed]) => feed);
      const [next] = behind.toSorted((a, b) => a.watermarkUs - b.watermarkUs);
      if (!next) return;
      await next.advance();
      const boundUs = this.boundUs;
      if (boundUs > this.#sentUs && boundUs < Infinity) await this.#send(boundUs);
    }
  }

  async ask(table: StreamData): Promise<Answer> {
    const asks = new AskQueue();
    const answer = asks.add(table);
    const batch = asks.take();
    const timedUs = this.#isTimed ? this.#sentUs - 1 : -Infinity;
    const appliedUs = Math.max(this.#lastReleasedUs, timedUs);
    const lastUs = Math.max(batch.lastTimeUs, appliedUs);
    const untilUs = Math.max(lastUs + 1, this.#sentUs);
    await this.#run.roomUntil(untilUs);
    const rows = [...this.#feeds.values()].map((feed) => feed.copy(lastUs + 1));
    const input = { rows, table: batch.table(appliedUs), untilUs, aside: true };
    const { result } = await this.#run.send(input);
    const { boundUs: watermarkUs, positions } = this;
    batch.answer(result!, { watermarkUs, appliedUs, positions });
    return await answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
    await this.#run.close();
  }

  async #send(untilUs: number): Promise<void> {
    await this.#run.roomUntil(untilUs);
    const rows = [...this.#feeds.values()].map((feed) => feed.release(untilUs));
    for (const { length, time } of rows) {
      if (length > 0) this.#lastReleasedUs = Math.max(this.#lastReleasedUs, time[length - 1]!);
    }
    this.#sentUs = untilUs;
    const { tableEdge } = this.#plan;
    const table = tableEdge ? { table: noRows(tableEdge.columns) } : {};
    this.#run.send({ rows, untilUs, ...table }).catch(() => {});
  }
}
