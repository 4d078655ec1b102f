/** A live system that is up: its parts behind the one port that faces see. */
import { didYouMean } from "../../dsl/mod.ts";
import type { SymbolTable } from "../arrow/mod.ts";
import { FeaturizerError } from "../errors.ts";
import type { CheckpointStore, EventLog } from "../store/mod.ts";
import type { SeriesHub } from "./hub/series_hub.ts";
import type { LiveIntake } from "./live_intake.ts";
import type {
  ErrorRecord,
  LateRecord,
  LiveCatalog,
  LiveStatus,
  LiveSystem,
  OnlineAnswer,
  OnlineRequest,
  PushOptions,
  PushReceipt,
  SeriesListener,
} from "./live_system.ts";
import type { Pipeline } from "./pipeline/pipeline.ts";
import { pushBody } from "./push_body.ts";
import type { Retention } from "./retention.ts";
import type { RunningConnectors } from "./running_connectors.ts";
import type { ServingLog } from "./serving_log.ts";

export interface LiveParts {
  readonly catalog: LiveCatalog;
  readonly symbols: SymbolTable;
  readonly intake: LiveIntake;
  readonly pipelines: readonly Pipeline[];
  /** By name of the series. */
  readonly hubs: ReadonlyMap<string, SeriesHub>;
  readonly connectors: RunningConnectors;
  readonly log: EventLog;
  readonly store: CheckpointStore;
  readonly retention: Retention;
  read(request: OnlineRequest): Promise<OnlineAnswer>;
  /** Where answers are noted; absent where none are. */
  readonly servingLog?: ServingLog;
  /** Stops the intake, lets the pipelines take a last checkpoint, and closes log and store. */
  release(): Promise<void>;
}

const TICK_MS = 50;
const PRUNE_MS = 60_000;

export class RunningLive implements LiveSystem {
  readonly #parts: LiveParts;
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #closing: Promise<void> | undefined;
  #pruning: Promise<void> = Promise.resolve();

  constructor(parts: LiveParts) {
    this.#parts = parts;
    this.#timers = [
      setInterval(() => parts.intake.tick(), TICK_MS),
      setInterval(() => this.#prune(), PRUNE_MS),
    ];
  }

  get catalog(): LiveCatalog {
    return this.#parts.catalog;
  }

  get symbols(): SymbolTable {
    return this.#parts.symbols;
  }

  status(): LiveStatus {
    const { intake, pipelines, connectors } = this.#parts;
    const states = pipelines.map((pipeline) => pipeline.status());
    return {
      ready: this.#closing === undefined && states.every(({ state }) => state === "RUNNING"),
      sources: intake.status(),
      pipelines: states,
      connectors: connectors.status,
    };
  }

  push(
    source: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: PushOptions,
  ): Promise<PushReceipt> {
    if (this.#closing) return Promise.reject(shuttingDown());
    const { catalog: { sources }, intake } = this.#parts;
    const names = sources.map(({ name }) => name);
    if (!names.includes(source)) return Promise.reject(unknown("source", source, names));
    return pushBody(intake, source, body, options);
  }

  async read(request: OnlineRequest): Promise<OnlineAnswer> {
    const answer = await this.#parts.read(request);
    this.#parts.servingLog?.note(request, answer);
    return answer;
  }

  latest(series: string): ReturnType<LiveSystem["latest"]> {
    return Promise.resolve().then(() => this.#hubOf(series).latest());
  }

  async follow(
    series: string,
    afterRow: number,
    listener: SeriesListener,
  ): Promise<{ close(): void }> {
    return await this.#hubOf(series).follow(afterRow, listener);
  }

  late(source?: string, limit?: number): Promise<readonly LateRecord[]> {
    return this.#parts.log.late(source, limit);
  }

  errors(limit?: number): Promise<readonly ErrorRecord[]> {
    return this.#parts.store.errors(limit);
  }

  async checkpoint(savepoint?: string): Promise<void> {
    await Promise.all(this.#parts.pipelines.map((pipeline) => pipeline.checkpoint(savepoint)));
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { connectors, servingLog, release } = this.#parts;
    for (const timer of this.#timers) clearInterval(timer);
    await connectors.close();
    await servingLog?.close();
    await this.#pruning;
    await release();
  }

  #hubOf(series: string): SeriesHub {
    const { hubs, catalog } = this.#parts;
    const hub = hubs.get(series);
    if (hub) return hub;
    const isAsked = catalog.series.some(({ name }) => name === series);
    throw isAsked ? hasNoStream(series) : unknown("series", series, [...hubs.keys()]);
  }

  /** Rows that nobody can ask for any more; what fails now is done the next time. */
  #prune(): void {
    this.#pruning = this.#pruning.then(() => this.#parts.retention.prune()).catch(() => {});
  }
}

function unknown(what: string, name: string, known: readonly string[]): FeaturizerError {
  return new FeaturizerError(`Cannot find ${what} "${name}": there is none of that name`, {
    code: what === "source" ? "SOURCE_NOT_FOUND" : "SERIES_NOT_FOUND",
    hint: didYouMean(name, known) ?? `There are ${known.join(", ") || "none"}.`,
  });
}

function hasNoStream(series: string): FeaturizerError {
  return new FeaturizerError(
    `Cannot follow "${series}": a feature on requests has values for questions only, no rows`,
    {
      code: "SERIES_ON_REQUEST",
      hint: "Read it: POST /v1/online with the columns of its request.",
    },
  );
}

function shuttingDown(): FeaturizerError {
  return new FeaturizerError("Cannot push: the system is shutting down", {
    code: "SHUTTING_DOWN",
    domain: "external",
    retry: "backoff",
    hint: "Push again when it is up; what was acknowledged is kept.",
  });
}
