/** The intake: rows from outside are decoded, decided, put on disk and published. */
import { planWholeSources, type Source } from "../../../dsl/mod.ts";
import type { SymbolTable } from "../../arrow/mod.ts";
import type { PlanRunOptions, RowError } from "../../set/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { EventLog, LogEnd } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { LiveIntake } from "../live_intake.ts";
import { ComputingSites } from "./computing_sites.ts";
import { decodeBody } from "./decode_body.ts";
import { PendingBytes } from "./pending_bytes.ts";
import { type IntakeListener, SourceIntake } from "./source_intake.ts";
import { type LoggedSource, readLogged } from "./source_log.ts";
import { type ExpectedEntry, SourceTime } from "./source_time.ts";
import { WholeColumns } from "./whole_columns.ts";

export type { IntakeListener } from "./source_intake.ts";

export interface IntakeOptions {
  readonly sources: readonly Source[];
  readonly symbols: SymbolTable;
  /** Stays the caller's. */
  readonly log: EventLog;
  readonly clock: Clock;
  readonly listener: IntakeListener;
  /** Where functions of plugins compute columns; one partition. */
  readonly openSites: PlanRunOptions["openSites"];
  /** How far ahead of the clock a row may be; an hour by default. */
  readonly maxSkewUs?: number;
  /** By source: a watermark that was acted upon and is not in the log, such as a checkpoint's. */
  readonly watermarks?: ReadonlyMap<string, number>;
  /** Sources that pipelines read together: those that are idle go as far as the others; if all are, as the foremost. */
  readonly together?: readonly (readonly string[])[];
  /** By source: entries that hold its watermark back until they deliver, are idle or have ended. */
  readonly entries?: ReadonlyMap<string, ExpectedEntries>;
  /** Bound of what waits between push and publication; 64 MB by default. */
  readonly maxPendingBytes?: number;
  /** Bound of what has to be in memory as a whole to be decoded; 64 MB by default. */
  readonly maxBodyBytes?: number;
}

export interface ExpectedEntries {
  readonly known: readonly ExpectedEntry[];
  /** Others deliver as well, such as partitions of a topic: those that did are expected again. */
  readonly hasMore: boolean;
}

const HOUR_US = 3_600_000_000;
const MEGABYTES_64 = 64 << 20;

/** Opens the intake where the log ends. */
export async function openIntake(options: IntakeOptions): Promise<LiveIntake> {
  const ends = new Map((await options.log.ends()).map((end) => [end.source, end]));
  return new LogIntake(options, ends);
}

interface OpenSource {
  readonly logged: LoggedSource;
  readonly intake: SourceIntake;
}

class LogIntake implements LiveIntake {
  readonly #options: IntakeOptions;
  readonly #sources: ReadonlyMap<string, OpenSource>;
  readonly #sites: ComputingSites;
  #isClosed = false;

  constructor(options: IntakeOptions, ends: ReadonlyMap<string, LogEnd>) {
    const { sources, symbols, openSites } = options;
    this.#options = options;
    const plan = planWholeSources(sources);
    const onRowErrors = (errors: readonly RowError[]) => tellErrors(errors, options.listener);
    this.#sites = new ComputingSites({ plan, symbols, openSites, onRowErrors });
    const pending = new PendingBytes(options.maxPendingBytes ?? MEGABYTES_64, () => {
      for (const { intake } of this.#sources.values()) intake.admitAgain();
    });
    this.#sources = new Map(plan.sources.map((sourcePlan, place) => {
      const { plugin, name: short } = sourcePlan.source;
      const name = `${plugin}.${short}`;
      const prepare = this.#sites.prepareOf(place);
      const whole = new WholeColumns(sourcePlan, symbols, { prepare, onRowErrors });
      const logged = { name, plan: sourcePlan, whole, symbols, log: options.log };
      return [name, { logged, intake: openSource(logged, ends.get(name), { options, pending }) }];
    }));
  }

  push: LiveIntake["push"] = async (source, batch) => {
    const { intake } = this.#source(source);
    if (this.#isClosed) throw closed(source);
    return await intake.push(batch);
  };

  decode: LiveIntake["decode"] = (source, body, format, { isSteady = false } = {}) => {
    const { logged: { plan, symbols } } = this.#source(source);
    return decodeBody(body, {
      name: `rows of ${source}`,
      format,
      isSteady,
      columns: plan.reads,
      symbols,
      mostBytes: this.#options.maxBodyBytes ?? MEGABYTES_64,
    });
  };

  cursorOf(source: string, entry: number): string | undefined {
    return this.#source(source).intake.cursorOf(entry);
  }

  status: LiveIntake["status"] = () =>
    [...this.#sources.values()].map(({ intake }) => intake.status());

  replay: LiveIntake["replay"] = (source, after) => readLogged(this.#source(source).logged, after);

  tick(): void {
    for (const { intake } of this.#sources.values()) intake.tick();
    for (const names of this.#options.together ?? []) {
      const group = names.map((name) => this.#source(name).intake);
      const busy = group.filter(({ isIdle }) => !isIdle);
      const reachedUs = busy.length > 0
        ? Math.min(...busy.map(({ toldUs }) => toldUs))
        : Math.max(...group.map(({ toldUs }) => toldUs));
      for (const intake of group) if (intake.isIdle) intake.passTo(reachedUs);
    }
  }

  end(source: string, entry: number): void {
    this.#source(source).intake.end(entry);
    this.tick();
  }

  complete(): void {
    for (const { intake } of this.#sources.values()) intake.complete();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sources.values()].map(({ intake }) => intake.settled()));
    await this.#sites.close();
  }

  #source(name: string): OpenSource {
    const found = this.#sources.get(name);
    if (found) return found;
    throw new FeaturizerError(`Cannot find source "${name}": there is none of that name`, {
      code: "UNKNOWN_SOURCE",
      hint: `There are ${[...this.#sources.keys()].sort().join(", ")}.`,
    });
  }
}

/** A column's errors go by its source's name. */
function tellErrors(errors: readonly RowError[], listener: IntakeListener): void {
  for (const [source, own] of Map.groupBy(errors, ({ feature }) => feature)) {
    listener.onRowErrors?.(source, own);
  }
}

function openSource(
  logged: LoggedSource,
  end: LogEnd | undefined,
  { options, pending }: { readonly options: IntakeOptions; readonly pending: PendingBytes },
): SourceIntake {
  const { clock, listener, maxSkewUs = HOUR_US, watermarks, entries } = options;
  const { name, plan: { source } } = logged;
  const { latenessUs, idleUs } = source;
  const { admitted = 0, late = 0, malformed = 0, future = 0 } = end ?? {};
  const cursors: ReadonlyMap<number, string> = end?.cursors ?? new Map();
  const time = new SourceTime({
    latenessUs,
    idleUs,
    nowUs: clock.nowUs(),
    watermarkUs: Math.max(known(end?.watermarkUs), watermarks?.get(name) ?? -Infinity),
    lastTimeUs: known(end?.endUs),
    entries: expectedOf(cursors, entries?.get(name)),
  });
  return new SourceIntake({
    ...logged,
    clock,
    listener,
    pending,
    maxSkewUs,
    time,
    end: { last: end?.last ?? 0, counts: { admitted, late, malformed, future }, cursors },
  });
}

/** Entries that delivered before are expected again, unless it is known that they are no more. */
function expectedOf(
  cursors: ReadonlyMap<number, string>,
  expected: ExpectedEntries = { known: [], hasMore: true },
): readonly ExpectedEntry[] {
  const before = expected.hasMore
    ? [...cursors.keys()].map((number) => ({ number, isHistory: false }))
    : [];
  const all = new Map([...before, ...expected.known].map((entry) => [entry.number, entry]));
  return [...all.values()];
}

/** A log notes NaN for a time that there is not. */
function known(us: number | undefined): number {
  return us === undefined || Number.isNaN(us) ? -Infinity : us;
}

function closed(source: string): FeaturizerError {
  return new FeaturizerError(`Cannot push to "${source}": the intake is closed`, {
    code: "INTAKE_CLOSED",
    domain: "external",
    retry: "backoff",
    hint: "Send the rows again when the system is up.",
  });
}
