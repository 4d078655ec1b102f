/**
 * The way of a source's rows: decided, put on disk, published.
 *
 * I1 Decisions and positions are given in the order of pushes; while batches wait for the disk the next are decided.
 * I2 Rows are published in the order of positions, each after it is on disk.
 * I3 When an append fails, what was decided after it fails too; the next push goes on where the log ends.
 */
import { type Batch, type ColumnData, isPacked } from "../../arrow/mod.ts";
import type { DecisionCounts, KeyedRows, LogDraft } from "../../store/mod.ts";
import type { Clock } from "../clock.ts";
import type { BatchReceipt, PushBatch } from "../live_intake.ts";
import type { SourceStatus } from "../live_system.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";
import { decidedBefore, decideRows, type Decisions } from "./decide_rows.ts";
import { encodeRows } from "./log_block.ts";
import type { PendingBytes } from "./pending_bytes.ts";
import { addCounts, type LoggedSource, placedRows, readLogged } from "./source_log.ts";
import type { RowError } from "../../set/mod.ts";
import { type EntryTime, SourceTime, type SourceTimeState } from "./source_time.ts";

/** Who hears of rows once they are on disk. */
export interface IntakeListener {
  onAdmitted(published: PublishedRows & { readonly source: string }): void;
  onWatermark(source: string, us: number): void;
  /** Rows that count, with a computed column that is null because its function failed. */
  onRowErrors?(source: string, errors: readonly RowError[]): void;
}

export interface SourceIntakeOptions extends LoggedSource {
  readonly clock: Clock;
  readonly listener: IntakeListener;
  readonly pending: PendingBytes;
  readonly maxSkewUs: number;
  readonly time: SourceTime;
  readonly end: SourceEnd;
}

/** Where a source stands. */
export interface SourceEnd {
  readonly last: number;
  readonly counts: DecisionCounts;
  readonly cursors: ReadonlyMap<number, string>;
}

/** A batch whose rows are decided and have positions. */
interface Decided {
  readonly draft: LogDraft;
  readonly columns: readonly ColumnData[];
  readonly codes: Float64Array<ArrayBuffer>;
  readonly timeAfter: SourceTimeState;
}

/** How far ahead the disk is told, so that it is not told often. */
const RESERVED_US = 1_000_000;

const NO_ROWS: DecisionCounts = { admitted: 0, late: 0, malformed: 0, future: 0 };

export class SourceIntake {
  readonly #options: SourceIntakeOptions;
  readonly #time: SourceTime;
  readonly #cursors: Map<number, string>;
  readonly #keyed = new Map<string, Promise<BatchReceipt>>();
  /** The last position given, and the last one published. */
  #last: number;
  #published: number;
  #publishedTime: SourceTimeState;
  #counts: DecisionCounts;
  #toldUs: number;
  /** Up to where the clock may move the watermark: so much is on disk. */
  #reservedUs = -Infinity;
  #reserving: Promise<void> | undefined;
  #pendingBytes = 0;
  #underWay = 0;
  #failure: { readonly error: unknown } | undefined;
  #deciding: Promise<unknown> = Promise.resolve();
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(options: SourceIntakeOptions) {
    const { time, end } = options;
    this.#options = options;
    this.#time = time;
    this.#cursors = new Map(end.cursors);
    this.#last = end.last;
    this.#published = end.last;
    this.#publishedTime = time.state();
    this.#counts = end.counts;
    this.#toldUs = time.watermarkUs;
  }

  cursorOf(entry: number): string | undefined {
    return this.#cursors.get(entry);
  }

  /** The watermark and the counts are of what is published. */
  status(): SourceStatus {
    return {
      source: this.#options.name,
      position: this.#published,
      ...this.#counts,
      watermarkUs: this.#toldUs,
      lastTimeUs: this.#publishedTime.lastTimeUs,
      idle: this.#time.isIdle,
      pendingBytes: this.#pendingBytes,
    };
  }

  async push(pushed: PushBatch): Promise<BatchReceipt> {
    const { idempotencyKey: key } = pushed;
    if (key === undefined) return await this.#take(pushed);
    const known = this.#keyed.get(key);
    if (known) return { ...await known, repeated: true };
    const receipt = this.#takeOnce(pushed, key);
    this.#keyed.set(key, receipt);
    try {
      return await receipt;
    } finally {
      this.#keyed.delete(key);
    }
  }

  tick(): void {
    this.#time.advance(this.#options.clock.nowUs());
    this.#tellByClock();
  }

  /** The watermark that was told. */
  get toldUs(): number {
    return this.#toldUs;
  }

  get isIdle(): boolean {
    return this.#time.isIdle;
  }

  /** An idle source holds nobody back: rows below what the others have reached will be late. */
  passTo(watermarkUs: number): void {
    this.#time.passTo(watermarkUs);
    this.#tellByClock();
  }

  /** Nothing more comes of an entry; what of it is under way comes first. */
  end(entry: number): void {
    this.#time.advance(this.#options.clock.nowUs());
    this.#time.end(entry);
    this.tick();
  }

  /** Nothing more comes at all. */
  complete(): void {
    this.#time.complete();
    this.#tellByClock();
  }

  /** There is room for those who were refused. */
  admitAgain(): void {
    this.#time.advance(this.#options.clock.nowUs());
    this.#time.admitAgain();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#reserving;
    await this.#deciding;
    await this.#publishing;
  }

  async #takeOnce(pushed: PushBatch, key: string): Promise<BatchReceipt> {
    const { log, name } = this.#options;
    const entry = this.#time.entry(pushed.entry ?? 0);
    entry.underWay++;
    let stored: KeyedRows | undefined;
    try {
      stored = await log.findKey(name, key);
    } finally {
      this.#leave(entry);
    }
    return stored ? { source: name, ...stored, repeated: true } : await this.#take(pushed);
  }

  async #take(pushed: PushBatch): Promise<BatchReceipt> {
    const { pending, name } = this.#options;
    const { length } = pushed.batch;
    if (length === 0) return this.#receipt({ first: this.#last + 1, last: this.#last });
    const entry = this.#time.entry(pushed.entry ?? 0);
    const bytes = pushed.batch.columns.reduce((sum, column) => sum + bytesOf(column), 0);
    if (!pending.take(bytes)) {
      entry.isRefused = true;
      throw pending.refusal(name);
    }
    this.#pendingBytes += bytes;
    entry.isRefused = false;
    entry.underWay++;
    try {
      return await this.#decideInTurn(pushed, entry);
    } finally {
      this.#leave(entry);
      this.#pendingBytes -= bytes;
      pending.release(bytes);
    }
  }

  /** The time until now was not idle. */
  #leave(entry: EntryTime): void {
    this.#time.advance(this.#options.clock.nowUs());
    entry.underWay--;
  }

  async #decideInTurn(pushed: PushBatch, entry: EntryTime): Promise<BatchReceipt> {
    const computed = this.#wholeColumns(pushed.batch);
    // Its failure is met in its turn.
    computed.catch(() => {});
    const turn = this.#deciding;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#deciding = promise;
    let written: Promise<BatchReceipt>;
    try {
      await turn;
      const columns = await computed;
      if (this.#failure) await this.#recover();
      written = this.#write(this.#decide(pushed, entry, columns));
    } finally {
      resolve();
    }
    return await written;
  }

  #wholeColumns(batch: Batch): Promise<readonly ColumnData[]> {
    return this.#options.whole.of(batch, this.#last + 1);
  }

  #decide(pushed: PushBatch, entry: EntryTime, columns: readonly ColumnData[]): Decided {
    const { clock, plan, maxSkewUs, name, symbols } = this.#options;
    const { batch, rejected, cursor, idempotencyKey, history } = pushed;
    const nowUs = clock.nowUs();
    const time = this.#time;
    time.advance(nowUs);
    const rows = { length: batch.length, columns, rejected };
    const decisions = pushed.decided
      ? decidedBefore(plan.source, rows, pushed.decided)
      : decideRows(plan.source, rows, {
        nowUs,
        maxSkewUs: history ? Infinity : maxSkewUs,
        watermarkUs: time.watermarkUs,
        entryMaxUs: Math.max(entry.maxTimeUs, history?.reachedUs ?? -Infinity),
        othersUs: time.othersUs(entry),
        isHistory: history !== undefined,
      });
    const { codes, counts: [admitted, late, malformed, future] } = decisions;
    const first = this.#last + 1;
    const block = encodeRows({ batch, codes }, plan.reads, symbols);
    time.arrived(entry, { ...decisions, isDecided: pushed.decided !== undefined });
    this.#last += batch.length;
    const draft = {
      source: name,
      first,
      last: this.#last,
      startUs: Number.isFinite(decisions.oldestUs) ? decisions.oldestUs : NaN,
      endUs: Number.isFinite(decisions.newestUs) ? decisions.newestUs : NaN,
      arrivedUs: nowUs,
      watermarkUs: time.watermarkUs,
      block,
      ...{ admitted, late, malformed, future },
      entry: pushed.entry ?? 0,
      ...(cursor === undefined ? {} : { cursor }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      lateRows: this.#lateRows(decisions, first, nowUs),
    };
    return { draft, columns, codes, timeAfter: time.state() };
  }

  #lateRows({ refused }: Decisions, first: number, arrivedUs: number): LogDraft["lateRows"] {
    const { name: source } = this.#options;
    return refused.map(({ row, timeUs, reason, detail }) => ({
      source,
      position: first + row,
      timeUs,
      arrivedUs,
      reason,
      detail,
    }));
  }

  #write(decided: Decided): Promise<BatchReceipt> {
    this.#underWay++;
    const appended = this.#options.log.append(decided.draft);
    appended.catch(() => {});
    const before = this.#publishing;
    const written = (async () => {
      await before;
      try {
        await appended;
        if (this.#failure) throw this.#failure.error;
      } catch (error) {
        this.#failure ??= { error };
        throw this.#failure.error;
      } finally {
        this.#underWay--;
      }
      return this.#publish(decided);
    })();
    this.#publishing = written.catch(() => {});
    return written;
  }

  #publish({ draft, columns, codes, timeAfter }: Decided): BatchReceipt {
    const { plan, name, listener } = this.#options;
    const { first, last, entry, cursor, admitted, late, malformed, future } = draft;
    if (cursor !== undefined) this.#cursors.set(entry, cursor);
    this.#published = last;
    this.#publishedTime = timeAfter;
    this.#counts = addCounts(this.#counts, draft);
    const rows = placedRows(plan.source, columns, { first, codes });
    listener.onAdmitted({ source: name, rows, lastPosition: last });
    this.#tell(draft.watermarkUs);
    return this.#receipt({ first, last, admitted, late, malformed, future });
  }

  /** What no row says has to hold after a crash too: it is on disk before anybody acts upon it. */
  #tellByClock(): void {
    const { watermarkUs } = this.#time;
    const isQuiet = this.#underWay === 0 && !this.#failure && !this.#reserving;
    if (!isQuiet || !(watermarkUs > this.#toldUs)) return;
    if (watermarkUs <= this.#reservedUs) return this.#tell(watermarkUs);
    const { log, name } = this.#options;
    const reservedUs = watermarkUs + RESERVED_US;
    this.#reserving = log.raiseWatermark(name, reservedUs).then(() => {
      this.#reserving = undefined;
      this.#reservedUs = reservedUs;
      this.#tellByClock();
    }, () => {
      // A log that fails says so where rows are pushed; the next tick tries again.
      this.#reserving = undefined;
    });
  }

  #tell(watermarkUs: number): void {
    if (!(watermarkUs > this.#toldUs)) return;
    this.#toldUs = watermarkUs;
    this.#options.listener.onWatermark(this.#options.name, watermarkUs);
  }

  /** Goes back to what is on disk; what reached it although it failed is published now. */
  async #recover(): Promise<void> {
    const { log, name, listener } = this.#options;
    await this.#publishing;
    const end = (await log.ends()).find(({ source }) => source === name);
    this.#time.restore({
      ...this.#publishedTime,
      watermarkUs: Math.max(this.#publishedTime.watermarkUs, this.#toldUs),
    });
    if (end && end.last > this.#published) {
      for await (
        const { entry, rows, lastPosition } of readLogged(this.#options, this.#published)
      ) {
        this.#published = lastPosition;
        this.#counts = addCounts(this.#counts, entry);
        listener.onAdmitted({ source: name, rows, lastPosition });
        this.#time.follow(entry.endUs, entry.watermarkUs);
        this.#publishedTime = this.#time.state();
        this.#tell(entry.watermarkUs);
      }
      for (const [entry, cursor] of end.cursors) this.#cursors.set(entry, cursor);
    }
    this.#last = this.#published;
    this.#failure = undefined;
  }

  #receipt(
    rows: { readonly first: number; readonly last: number } & Partial<DecisionCounts>,
  ): BatchReceipt {
    return { source: this.#options.name, ...NO_ROWS, ...rows, repeated: false };
  }
}

function bytesOf(column: ColumnData): number {
  return isPacked(column) ? column.starts.byteLength + column.words.byteLength : column.byteLength;
}
