/**
 * A plan that stays up: admitted rows in, feature rows out, questions answered in between.
 *
 * P1 A slice holds the rows of all sources below the bound, the least watermark: what comes out does not depend on
 *    where slices are cut.
 * P2 A checkpoint holds the state as of a barrier: rows up to its positions are in it, each once, others are not.
 * P3 A failure ends this pipeline alone: its state says so, followers and those who ask are told.
 * P4 Rows that wait to be sent are bounded: when they are too many the rest is read from the log again.
 * P5 Rows that were made and that no checkpoint has are bounded: while the store fails, no more are made.
 */
import type { PhysicalPlan } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import { noRows, type StreamData } from "../../engine/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import {
  PlanRun,
  type PlanRunOptions,
  type RowError,
  type SliceOutput,
  TickSpans,
} from "../../set/mod.ts";
import type { StateData } from "../../store/mod.ts";
import type { SeriesHub } from "../hub/series_hub.ts";
import type { PipelineStatus } from "../live_system.ts";
import { type Answer, AskQueue } from "./ask_queue.ts";
import { Bell } from "./bell.ts";
import {
  Checkpoints,
  type CheckpointsOptions,
  type HostState,
  siteStatesIn,
} from "./checkpoints.ts";
import { type FollowedSource, PipelineSources } from "./pipeline_sources.ts";
import { ReleaseRule } from "./release_rule.ts";
import { RowErrorCount } from "./row_error_count.ts";
import { seriesRows } from "./series_rows.ts";
import type { PublishedRows } from "./source_tail.ts";

/** A series whose rows a pipeline makes. */
export interface PipelineSeries {
  readonly hub: SeriesHub;
  /** Place in the plan's `rows`, or its result. */
  readonly from: number | "result";
}

export interface PipelineOptions extends Omit<CheckpointsOptions, "pipeline" | "hubs"> {
  readonly name: string;
  readonly plan: PhysicalPlan;
  readonly symbols: SymbolTable;
  readonly openSites: PlanRunOptions["openSites"];
  readonly shelf?: PlanRunOptions["shelf"];
  /** By source number of the plan. */
  readonly sources: readonly FollowedSource[];
  readonly series: readonly PipelineSeries[];
  /** States of a checkpoint; absent at the very start. */
  readonly states?: ReadonlyMap<string, StateData>;
  /** How long rows may wait for others before they go on together. */
  readonly flushUs: number;
  /** Rows that go on without waiting. */
  readonly flushRows: number;
  /** How long after the last row of sources that are complete time alone makes rows. */
  readonly closingUs: number;
}

/** Rows taken in and not yet sent, above which no more are taken from what is published. */
const MOST_UNSENT = 1_048_576;
/** Rows of a series that wait for a checkpoint, besides those that make one due: twice. */
const SPARE_UNCOMMITTED = 65_536;
/** Slices that answer questions and wait behind one another. */
const MOST_ASIDE = 6;
/** Steps of ticks that a question may make. */
const MOST_STEPS_ASKED = 100_000;

export class Pipeline {
  readonly name: string;
  readonly #options: PipelineOptions;
  readonly #run: PlanRun;
  readonly #sources: PipelineSources;
  readonly #checkpoints: Checkpoints;
  readonly #rule: ReleaseRule;
  readonly #spans: TickSpans;
  readonly #errors: RowErrorCount;
  readonly #asks = new AskQueue();
  readonly #bell = new Bell();
  #state: PipelineStatus["state"] = "STARTING";
  #failure: Error | undefined;
  #sentUs: number;
  #lastReleasedUs: number;
  /** Rows taken in when the last slice was cut. */
  #takenAt = 0;
  /** When rows that wait go on, on the clock of `performance`. */
  #flushAt = 0;
  /** When the last slice was cut, on the same clock. */
  #sentAt = -Infinity;
  /** True until the log has been read to its end once. */
  #isCatchingUp = true;
  #isClosing = false;
  /** Those who wait until there is nothing left to do. */
  #idle: (() => void)[] = [];
  #loop: Promise<void> = Promise.resolve();

  private constructor(options: PipelineOptions, run: PlanRun, host: HostState | undefined) {
    const { name, plan, sources, series } = options;
    this.name = name;
    this.#options = options;
    this.#run = run;
    this.#sources = new PipelineSources(plan.sources, sources, host?.sources ?? new Map());
    const hubs = series.map(({ hub }) => hub);
    this.#checkpoints = new Checkpoints({ ...options, pipeline: name, hubs }, 0);
    this.#rule = new ReleaseRule(plan);
    this.#spans = new TickSpans(plan);
    this.#errors = new RowErrorCount(name, host?.rowErrors ?? 0);
    this.#sentUs = host?.sentUs ?? -Infinity;
    this.#lastReleasedUs = host?.lastReleasedUs ?? -Infinity;
  }

  /** Opens the sites; rows may be published to it from then on, and are taken in once it has started. */
  static async open(options: PipelineOptions): Promise<Pipeline> {
    const { plan, shards, symbols, openSites, shelf, states } = options;
    const host = states?.get("host") as HostState | undefined;
    const spills = states?.get("spills") as PlanRunOptions["spills"];
    const run = await PlanRun.open({
      plan,
      partitions: shards,
      symbols,
      openSites,
      rowErrors: "null",
      ...(shelf ? { shelf } : {}),
      ...(states ? { states: siteStatesIn(states) } : {}),
      ...(spills ? { spills } : {}),
    });
    return new Pipeline(options, run, host);
  }

  /** Reads what the log has beyond its state, then follows. */
  start(): void {
    this.#state = "RUNNING";
    this.#run.failed.catch((error) => this.#fail(error));
    this.#loop = this.#work().catch((error) => this.#fail(error))
      .finally(() => this.#idle.splice(0).forEach((resolve) => resolve()));
  }

  /** Admitted rows of a source; they stay the caller's. */
  publish(source: string, published: PublishedRows): void {
    if (this.#state === "FAILED" || this.#state === "STOPPED") return;
    const isFull = this.#sources.taken - this.#takenAt > MOST_UNSENT;
    if (isFull || this.#isStalled) this.#sources.fallBehind();
    this.#sources.offer(source, published);
    this.#notice();
  }

  advanceTo(source: string, watermarkUs: number): void {
    this.#sources.advanceTo(source, watermarkUs);
    this.#notice();
  }

  /** Rows of a source whose computed columns failed: they are kept with the next checkpoint. */
  noteSourceErrors(errors: readonly RowError[]): void {
    this.#noteErrors(errors, Infinity);
  }

  /** Columns of a question: those of the plan's spine table. */
  get askColumns() {
    return this.#options.plan.tableEdge?.columns ?? [];
  }

  /** Columns of an answer. */
  get answerColumns() {
    return this.#options.plan.result?.columns ?? [];
  }

  /** Answers the rows of a spine table as if they came now, after all rows taken in so far. */
  ask(table: StreamData): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#state === "STOPPED") return Promise.reject(stopped(this.name));
    const answer = this.#asks.add(table);
    this.#bell.ring();
    return answer;
  }

  /** Resolves when a checkpoint of everything taken in so far is on disk; with a name it is kept. */
  checkpoint(savepoint?: string): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#state === "STOPPED") return Promise.reject(stopped(this.name));
    const done = this.#checkpoints.request(savepoint);
    this.#bell.ring();
    return done;
  }

  /** By source, the log position up to which rows were taken in. */
  get positions(): Readonly<Record<string, number>> {
    return this.#sources.positions;
  }

  get boundUs(): number {
    return this.#sources.boundUs;
  }

  status(): PipelineStatus {
    const { sources, series } = this.#options;
    const error = this.#failure ?? this.#checkpoints.failure;
    return {
      name: this.name,
      state: this.#state === "RUNNING" && this.#isCatchingUp ? "STARTING" : this.#state,
      error: error?.message,
      sources: sources.map(({ name }) => name),
      series: series.map(({ hub }) => hub.info.name),
      boundUs: this.boundUs,
      pendingRows: this.#sources.length,
      slices: this.#run.slices,
      rowErrors: this.#errors.total,
      checkpoint: this.#checkpoints.last,
    };
  }

  /** Resolves when all that may go has gone and was handed on. */
  async settled(): Promise<void> {
    if (this.#state !== "RUNNING") return;
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#bell.ring();
    await idle;
  }

  /** Sends what may go, takes a last checkpoint, and ends. */
  async close(): Promise<void> {
    if (this.#state === "RUNNING") {
      this.#checkpoints.request(undefined).catch(() => {});
      this.#isClosing = true;
      this.#bell.ring();
      await this.#loop;
      await this.#checkpoints.settled();
    }
    await this.abort();
  }

  /** Ends at once; what no checkpoint has is made again from the log. */
  async abort(): Promise<void> {
    if (this.#state !== "FAILED") this.#state = "STOPPED";
    this.#bell.ring();
    this.#asks.rejectAll(this.#failure ?? stopped(this.name));
    this.#checkpoints.rejectAll(this.#failure ?? stopped(this.name));
    await this.#run.close();
    await this.#loop;
    await this.#checkpoints.settled();
    await this.#sources.close();
  }

  async #work(): Promise<void> {
    while (this.#state === "RUNNING") {
      const { taken, isBehind } = this.#sources;
      this.#isCatchingUp &&= isBehind;
      if (!this.#asks.isEmpty) await this.#answer();
      else if (this.#canSend && this.#isFull) await this.#advance();
      else if (this.#checkpoints.dueIn(taken) === 0) await this.#advance(true);
      else if (isBehind && this.#mayReadOn && await this.#sources.catchUp()) this.#flushAt = 0;
      else if (this.#canSend && this.#patienceMs() <= 0) await this.#advance();
      else if (this.#idle.length > 0) await this.#tellIdle();
      else if (this.#isClosing && !this.#checkpoints.isAsked) return;
      else await this.#bell.wait(this.#patienceMs());
    }
  }

  async #tellIdle(): Promise<void> {
    await this.#run.room(1);
    this.#idle.splice(0).forEach((resolve) => resolve());
  }

  /** Milliseconds that may pass before there is something to do. */
  #patienceMs(): number {
    const isHurried = this.#isClosing || this.#idle.length > 0;
    const waitMs = isHurried ? 0 : Math.max(0, this.#flushAt - performance.now());
    return Math.min(
      this.#canSend ? waitMs : Infinity,
      this.#checkpoints.dueIn(this.#sources.taken),
    );
  }

  get #isFull(): boolean {
    return this.#sources.taken - this.#takenAt >= this.#options.flushRows;
  }

  get #mayReadOn(): boolean {
    return !this.#isClosing && !this.#isStalled;
  }

  /** True while too many rows wait for a checkpoint. */
  get #isStalled(): boolean {
    const { series, rows } = this.#options;
    const most = 2 * rows + SPARE_UNCOMMITTED;
    return series.some(({ hub }) => hub.uncommitted > most);
  }

  get #canSend(): boolean {
    if (this.#isStalled) return false;
    const { boundUs, firstWaitingUs } = this.#sources;
    return firstWaitingUs < this.#rule.limitUs(boundUs) ||
      (this.#rule.isTimed && this.#endedAt(boundUs) > this.#sentUs);
  }

  /** Where time stands at a bound: when no row can come any more, where all that they made is out. */
  #endedAt(boundUs: number): number {
    if (boundUs < Infinity) return boundUs;
    const lastUs = Math.max(this.#lastReleasedUs, this.#sources.lastWaitingUs);
    return Math.max(this.#sentUs, this.#rule.lastTickUs, lastUs + this.#options.closingUs + 1);
  }

  /** Something has come: those who wait for nothing, or for more rows, go on. */
  #notice(): void {
    const now = performance.now();
    if (this.#flushAt < now && this.#canSend) {
      this.#flushAt = Math.max(now, this.#sentAt + this.#options.flushUs / 1000);
    } else if (!this.#isFull) return;
    this.#bell.ring();
  }

  /** Sends all rows that may go, in as many slices as time asks for. */
  async #advance(barrier = false): Promise<void> {
    if (this.#isStalled) return await this.#sendBarrier(this.#sentUs);
    const { boundUs: completeUs } = this.#sources;
    const boundUs = Math.max(this.#endedAt(completeUs), this.#sentUs);
    for (const endUs of this.#spans.ends(this.#aheadOf(Math.max(completeUs, boundUs)))) {
      await this.#run.roomUntil(endUs);
      this.#sendSlice(endUs, endUs);
    }
    await this.#run.roomUntil(boundUs);
    if (barrier) await this.#sendBarrier(boundUs);
    else this.#sendSlice(boundUs, this.#rule.limitUs(boundUs));
    this.#flushAt = 0;
  }

  #aheadOf(boundUs: number) {
    const { firstWaitingUs, lastWaitingUs } = this.#sources;
    return {
      sentUs: this.#sentUs,
      boundUs,
      lastSentUs: this.#lastReleasedUs,
      firstWaitingUs,
      lastWaitingUs: Math.min(lastWaitingUs, boundUs),
      keys: this.#options.symbols.size,
    };
  }

  /** State of sites, and of the host at the same moment; what the host keeps for sites must be at rest. */
  async #sendBarrier(boundUs: number): Promise<void> {
    if (this.#run.isKeeping) await this.#run.room(1);
    const { commit, fail } = this.#checkpoints.begin(this.#sources.taken);
    this.#checkpoints.settled().then(() => this.#bell.ring());
    const hosts: HostState[] = [];
    const output = this.#sendSlice(boundUs, this.#rule.limitUs(boundUs), (output) => {
      commit(output, hosts[0]!);
    });
    hosts.push({
      sentUs: this.#sentUs,
      lastReleasedUs: this.#lastReleasedUs,
      rowErrors: this.#errors.total,
      sources: this.#sources.state(),
    });
    output.catch(fail);
    if (this.#run.isKeeping) await this.#run.room(1);
  }

  #sendSlice(
    untilUs: number,
    limitUs: number,
    onBarrier?: (output: SliceOutput) => void,
  ): Promise<unknown> {
    const rows = this.#sources.release(limitUs);
    let count = 0;
    for (const { length, time } of rows) {
      count += length;
      if (length > 0) this.#lastReleasedUs = Math.max(this.#lastReleasedUs, time[length - 1]!);
    }
    this.#sentUs = untilUs;
    this.#takenAt = this.#sources.taken;
    this.#sentAt = performance.now();
    const barrier = onBarrier !== undefined;
    const { boundUs } = this.#sources;
    const isLast = boundUs === Infinity && untilUs >= this.#endedAt(boundUs);
    const ended = isLast ? { isLast, lastTimesUs: rows.map(() => this.#lastReleasedUs) } : {};
    const input = { rows, untilUs, barrier, ...ended, ...this.#noQuestions() };
    const sent = this.#run.send(input, (output) => {
      this.#publishRows(output);
      this.#noteErrors(output.rowErrors, count);
      onBarrier?.(output);
    });
    // A failure of the run is told once, by `failed`.
    sent.catch(() => {});
    return sent;
  }

  #noQuestions(): { readonly table?: StreamData } {
    const { tableEdge } = this.#options.plan;
    return tableEdge ? { table: noRows(tableEdge.columns) } : {};
  }

  #publishRows({ result, rows }: SliceOutput): void {
    const { plan, series } = this.#options;
    for (const { hub, from } of series) {
      const edge = from === "result" ? plan.result! : plan.rows[from]!;
      hub.publish(seriesRows(from === "result" ? result! : rows[from]!, edge, hub.info));
    }
  }

  #noteErrors(errors: readonly RowError[], rows: number): void {
    this.#errors.add(errors, rows);
    if (errors.length > 0) this.#checkpoints.addErrors(errors);
  }

  /** Answers at times before it are of a later state. */
  get #appliedUs(): number {
    return Math.max(this.#lastReleasedUs, this.#rule.isTimed ? this.#sentUs - 1 : -Infinity);
  }

  /** True if time alone would make too many rows on the way to a question. */
  #isTooFar({ time }: StreamData): boolean {
    const lastUs = time.reduce((most, us) => Math.max(most, us), this.#appliedUs);
    const ahead = { ...this.#aheadOf(lastUs + 1), lastWaitingUs: lastUs };
    return this.#spans.steps(ahead) > MOST_STEPS_ASKED;
  }

  /** Answers what was asked by a slice that leaves no trace. */
  async #answer(): Promise<void> {
    await this.#run.room(MOST_ASIDE);
    if (this.#rule.isTimed) this.#asks.reject((table) => this.#isTooFar(table), tooFar(this.name));
    if (this.#asks.isEmpty) return;
    const batch = this.#asks.take();
    const appliedUs = this.#appliedUs;
    const lastUs = Math.max(batch.lastTimeUs, appliedUs);
    const untilUs = Math.max(lastUs + 1, this.#sentUs);
    await this.#run.roomUntil(untilUs);
    const sight = { watermarkUs: this.boundUs, appliedUs, positions: this.positions };
    const rows = this.#sources.copy(lastUs + 1);
    const input = { rows, table: batch.table(appliedUs), untilUs, aside: true };
    this.#run.send(input, ({ result }) => batch.answer(result!, sight))
      .catch((error) => batch.reject(error));
  }

  #fail(reason: unknown): void {
    if (this.#state === "FAILED" || this.#state === "STOPPED") return;
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#state = "FAILED";
    this.#failure = error;
    this.#run.fail(error);
    this.#asks.rejectAll(error);
    this.#checkpoints.rejectAll(error);
    for (const { hub } of this.#options.series) hub.fail(error);
    this.#bell.ring();
  }
}

function stopped(name: string): FeaturizerError {
  return new FeaturizerError(`Cannot use pipeline "${name}": it has stopped`, {
    code: "PIPELINE_STOPPED",
    domain: "external",
    retry: "backoff",
    hint: "Ask again when the system is up.",
  });
}

function tooFar(name: string): FeaturizerError {
  return new FeaturizerError(`Cannot read "${name}" that far ahead: time alone makes its rows`, {
    code: "READ_TOO_FAR",
    hint: "Read at a time nearer to the newest event, or give the feature a ttl.",
  });
}
