/** A log in memory that can be held up and made to fail, with the rules of the one on disk. */
import { FeaturizerError } from "../../../../runtime/errors.ts";
import type {
  EventLog,
  KeyedRows,
  LateRow,
  LogDraft,
  LogEnd,
} from "../../../../runtime/store/mod.ts";

export class MemoryLog implements EventLog {
  readonly name = "memory";
  readonly drafts: LogDraft[] = [];
  /** The next append fails with it; `after`: although its rows are on disk. */
  failure: { readonly error: Error; readonly after?: boolean } | undefined;
  /** Appends that are held up. */
  waiting = 0;
  #gate: { readonly open: Promise<void>; readonly release: () => void } | undefined;

  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = { open: promise, release: resolve };
  }

  release(): void {
    this.#gate?.release();
    this.#gate = undefined;
  }

  async append(draft: LogDraft): Promise<void> {
    this.waiting++;
    await this.#gate?.open;
    this.waiting--;
    const { failure } = this;
    this.failure = undefined;
    if (failure && !failure.after) throw failure.error;
    const last = this.drafts.filter(({ source }) => source === draft.source).at(-1)?.last ?? 0;
    if (draft.first !== last + 1) {
      throw new FeaturizerError("Cannot append: there is a gap", { code: "LOG_GAP" });
    }
    this.drafts.push(draft);
    if (failure) throw failure.error;
  }

  raised = new Map<string, number>();

  raiseWatermark(source: string, watermarkUs: number): Promise<void> {
    this.raised.set(source, watermarkUs);
    return Promise.resolve();
  }

  async *read(source: string, after: number): AsyncGenerator<LogDraft> {
    yield* this.drafts.filter((draft) => draft.source === source && draft.last > after);
  }

  ends(): Promise<readonly LogEnd[]> {
    const names = new Set(this.drafts.map(({ source }) => source));
    return Promise.resolve([...names].map((source) => this.#end(source)));
  }

  findKey(source: string, key: string): Promise<KeyedRows | undefined> {
    const found = this.drafts.find((draft) =>
      draft.source === source && draft.idempotencyKey === key
    );
    if (!found) return Promise.resolve(undefined);
    const { first, last, admitted, late, malformed, future } = found;
    return Promise.resolve({ first, last, admitted, late, malformed, future });
  }

  late(): Promise<readonly LateRow[]> {
    return Promise.resolve(this.drafts.flatMap(({ lateRows }) => lateRows).toReversed());
  }

  starts(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map());
  }

  excess(): Promise<number> {
    return Promise.resolve(1);
  }

  prune(): Promise<void> {
    return Promise.resolve();
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(source: string): LogEnd {
    const own = this.drafts.filter((draft) => draft.source === source);
    const sum = (of: (draft: LogDraft) => number) =>
      own.reduce((total, draft) => total + of(draft), 0);
    const { last, arrivedUs, watermarkUs } = own.at(-1)!;
    const times = own.map(({ endUs }) => endUs).filter((us) => !Number.isNaN(us));
    return {
      source,
      last,
      arrivedUs,
      watermarkUs,
      endUs: times.length > 0 ? Math.max(...times) : NaN,
      admitted: sum(({ admitted }) => admitted),
      late: sum(({ late }) => late),
      malformed: sum(({ malformed }) => malformed),
      future: sum(({ future }) => future),
      cursors: new Map(
        own.flatMap(({ entry, cursor }) => cursor === undefined ? [] : [[entry, cursor]]),
      ),
    };
  }
}
