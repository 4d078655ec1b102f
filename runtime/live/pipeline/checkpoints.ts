/** When a pipeline takes checkpoints, and what goes into them. */
import type { SymbolTable } from "../../arrow/mod.ts";
import type { SiteState, SliceOutput } from "../../set/mod.ts";
import type { CheckpointInfo, CheckpointStore, ErrorRow, StateData } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { SeriesHub } from "../hub/series_hub.ts";
import type { FollowedState } from "./pipeline_sources.ts";

/** What the pipeline itself keeps, as of a barrier. */
export interface HostState {
  readonly sentUs: number;
  readonly lastReleasedUs: number;
  readonly rowErrors: number;
  readonly sources: ReadonlyMap<string, FollowedState>;
}

export interface CheckpointsOptions {
  readonly pipeline: string;
  readonly identity: string;
  readonly shards: number;
  readonly store: Pick<CheckpointStore, "commit">;
  readonly symbols: SymbolTable;
  readonly clock: Clock;
  readonly hubs: readonly SeriesHub[];
  readonly intervalUs: number;
  /** Rows after which one is taken before its time. */
  readonly rows: number;
  readonly retained: number;
}

interface Request {
  readonly savepoint: string | undefined;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A checkpoint that was committed. */
export interface TakenCheckpoint {
  readonly id: number;
  readonly atUs: number;
  readonly tookMs: number;
  readonly bytes: number;
}

/** At the latest so long after a failure another one is tried. */
const RETRY_MS = 1000;
/** Errors kept until a checkpoint stores them. */
const MOST_ERRORS = 10_000;

export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #requests: Request[] = [];
  #errors: ErrorRow[] = [];
  #last: TakenCheckpoint | undefined;
  #failure: Error | undefined;
  #underWay: Promise<void> | undefined;
  #nextAt: number;
  #rowsAt: number;

  /** `taken` rows were taken in before. */
  constructor(options: CheckpointsOptions, taken: number) {
    this.#options = options;
    this.#rowsAt = taken;
    this.#nextAt = performance.now() + options.intervalUs / 1000;
  }

  get last(): TakenCheckpoint | undefined {
    return this.#last;
  }

  /** Why the last one failed, if it did. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Milliseconds until one is due; 0 if it is now. */
  dueIn(taken: number): number {
    if (this.#underWay) return Infinity;
    if (this.#requests.length > 0) return 0;
    const { hubs, rows } = this.#options;
    // Time alone makes rows, too.
    const made = Math.max(0, ...hubs.map(({ uncommitted }) => uncommitted));
    if (taken === this.#rowsAt && made === 0) return Infinity;
    // One that failed is tried again in time, however many rows wait for it.
    const isFull = !this.#failure && (taken - this.#rowsAt >= rows || made >= rows);
    return isFull ? 0 : Math.max(0, this.#nextAt - performance.now());
  }

  /** True while somebody waits for one. */
  get isAsked(): boolean {
    return this.#requests.length > 0;
  }

  /** Resolves when a checkpoint that begins from now on is committed. */
  request(savepoint: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => this.#requests.push({ savepoint, resolve, reject }));
  }

  addErrors(errors: readonly Omit<ErrorRow, "pipeline">[]): void {
    const { pipeline } = this.#options;
    const room = MOST_ERRORS - this.#errors.length;
    this.#errors.push(...errors.slice(0, room).map((error) => ({ pipeline, ...error })));
  }

  /** The barrier is on its way: requests so far are met by it. Call `commit` when its slice has come back. */
  begin(
    taken: number,
  ): { commit(output: SliceOutput, host: HostState): void; fail(reason: unknown): void } {
    const requests = this.#requests.splice(0, metTogether(this.#requests));
    this.#rowsAt = taken;
    this.#nextAt = performance.now() + this.#options.intervalUs / 1000;
    const over = Promise.withResolvers<void>();
    this.#underWay = over.promise;
    const end = () => {
      this.#underWay = undefined;
      over.resolve();
    };
    return {
      commit: (output, host) => void this.#commit(output, host, requests).finally(end),
      fail: (reason) => {
        for (const { reject } of requests) reject(reason);
        end();
      },
    };
  }

  /** Resolves when no commit is under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  rejectAll(reason: unknown): void {
    for (const { reject } of this.#requests.splice(0)) reject(reason);
  }

  async #commit(output: SliceOutput, host: HostState, requests: readonly Request[]): Promise<void> {
    const { store, clock, hubs } = this.#options;
    const started = performance.now();
    const errors = this.#errors.length;
    const [savepoint] = requests.flatMap((request) => request.savepoint ?? []);
    try {
      const info = await store.commit(this.#draftOf(output, host, savepoint));
      for (const hub of hubs) hub.committed();
      this.#errors.splice(0, errors);
      this.#last = toTaken(info, clock.nowUs(), performance.now() - started);
      this.#failure = undefined;
      for (const { resolve } of requests) resolve();
    } catch (error) {
      for (const hub of hubs) hub.notCommitted();
      this.#rowsAt = -1;
      this.#nextAt = Math.min(this.#nextAt, performance.now() + RETRY_MS);
      this.#failure = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of requests) reject(error);
    }
  }

  #draftOf({ states, spills }: SliceOutput, host: HostState, savepoint: string | undefined) {
    const { pipeline, identity, shards, clock, hubs, symbols, retained } = this.#options;
    const positions = [...host.sources].map(([name, { position }]) => [name, position] as const);
    const all = new Map<string, StateData>([
      ["host", host],
      ["symbols", symbols.snapshot()],
      ...(spills ? [["spills", spills] as const] : []),
      ...states.map((each) => [siteName(each), each.state] as const),
      ...hubs.map((hub) => [`series:${hub.info.name}`, structuredClone(hub.state())] as const),
    ]);
    return {
      pipeline,
      identity,
      shards,
      createdUs: clock.nowUs(),
      positions: Object.fromEntries(positions),
      states: all,
      rows: hubs.flatMap((hub) => hub.drain()),
      errors: [...this.#errors],
      retained,
      ...(savepoint === undefined ? {} : { savepoint }),
    };
  }
}

/** How many of the first requests one checkpoint meets: it has at most one name. */
function metTogether(requests: readonly Request[]): number {
  const named = requests.flatMap(({ savepoint }, place) => savepoint === undefined ? [] : [place]);
  return named[1] ?? requests.length;
}

function siteName({ site, partition }: SiteState): string {
  return `site:${site}:${partition}`;
}

/** The states of sites among those of a checkpoint. */
export function siteStatesIn(states: ReadonlyMap<string, StateData>): readonly SiteState[] {
  return [...states].flatMap(([name, state]) => {
    const [kind, site, partition] = name.split(":");
    return kind === "site" ? [{ site: Number(site), partition: Number(partition), state }] : [];
  });
}

function toTaken({ id, bytes }: CheckpointInfo, atUs: number, tookMs: number): TakenCheckpoint {
  return { id, atUs, tookMs, bytes };
}
