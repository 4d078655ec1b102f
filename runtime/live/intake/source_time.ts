/**
 * The watermark of a source: up to where its rows are complete.
 *
 * T1 It never goes back.
 * T2 While rows arrive it is the largest time less the lateness, the least of all entries that are not idle.
 * T3 When all entries are idle it follows the clock from the last time on; entries whose rows wait for the disk
 *    or were refused for want of room are not idle.
 * T4 An entry that reads history is never idle until it has ended; one that has ended holds nobody back.
 * T5 A clock that jumps back stands still until it goes on; rows and idleness are counted from there. The start of
 *    a replay's clock, which stands at 0 until then, is no time that passes.
 */

export interface SourceTimeOptions {
  readonly latenessUs: number;
  readonly idleUs: number;
  readonly nowUs: number;
  /** As the log ends: -Infinity if it has no rows. */
  readonly watermarkUs: number;
  readonly lastTimeUs: number;
  /** Entries that are expected to deliver. */
  readonly entries: readonly ExpectedEntry[];
}

/** An entry that is known before its first row. */
export interface ExpectedEntry {
  readonly number: number;
  /** Its rows lie ready and end: that none comes for a while means nothing. */
  readonly isHistory: boolean;
}

const NOT_STARTED_US = 0;

/** The entry of what is pushed. */
const PUSHED = 0;

/** What one entry delivers. */
export interface EntryTime {
  maxTimeUs: number;
  /** Since when, by the steady clock, nothing came of it or waited. */
  quietSinceUs: number;
  /** Batches that were decided and are not published. */
  underWay: number;
  isRefused: boolean;
  readonly isHistory: boolean;
  hasEnded: boolean;
}

/** What a failed append gives back. */
export interface SourceTimeState {
  readonly watermarkUs: number;
  readonly lastTimeUs: number;
  readonly lastArrivalUs: number;
  readonly maxTimes: ReadonlyMap<number, number>;
}

export class SourceTime {
  readonly #options: SourceTimeOptions;
  readonly #entries = new Map<number, EntryTime>();
  #watermarkUs: number;
  #lastTimeUs: number;
  #lastArrivalUs: number;
  /** The clock without its jumps back. */
  #steadyUs: number;
  #clockUs: number;

  constructor(options: SourceTimeOptions) {
    this.#options = options;
    this.#watermarkUs = options.watermarkUs;
    this.#lastTimeUs = options.lastTimeUs;
    this.#steadyUs = options.nowUs;
    this.#clockUs = options.nowUs;
    // Time passed while nobody listened is not idleness: what waits outside comes first.
    this.#lastArrivalUs = options.nowUs;
    const { entries, lastTimeUs } = options;
    for (const { number, isHistory } of entries) this.#add(number, isHistory);
    // Who pushed is not known any more, but may push again before the source is idle.
    if (entries.length === 0 && lastTimeUs > -Infinity) this.entry(PUSHED);
    const [only, ...others] = this.#entries.values();
    if (only && others.length === 0) only.maxTimeUs = lastTimeUs;
  }

  get watermarkUs(): number {
    return this.#watermarkUs;
  }

  get lastTimeUs(): number {
    return this.#lastTimeUs;
  }

  get isIdle(): boolean {
    if (this.#entries.size > 0) return this.#activeEntries().length === 0;
    return this.#steadyUs - this.#lastArrivalUs >= this.#options.idleUs;
  }

  /** Others go on without it up to there. */
  passTo(watermarkUs: number): void {
    this.#raise(watermarkUs);
  }

  entry(number: number): EntryTime {
    return this.#entries.get(number) ?? this.#add(number, false);
  }

  /** Nothing more comes of it. */
  end(number: number): void {
    this.entry(number).hasEnded = true;
  }

  /** Nothing more comes at all. */
  complete(): void {
    this.#raise(Infinity);
  }

  /** Takes note of the clock. */
  advance(nowUs: number): void {
    if (this.#clockUs > NOT_STARTED_US) this.#steadyUs += Math.max(0, nowUs - this.#clockUs);
    this.#clockUs = nowUs;
    for (const entry of this.#entries.values()) {
      if (entry.underWay > 0 || entry.isRefused) entry.quietSinceUs = this.#steadyUs;
    }
    const active = this.#activeEntries();
    const completeUs = active.length > 0
      ? Math.min(...active.map(({ maxTimeUs }) => maxTimeUs))
      : this.#lastTimeUs + (this.#steadyUs - this.#lastArrivalUs);
    this.#raise(completeUs - this.#options.latenessUs);
  }

  /** The least of the largest times of the other entries that are not idle. */
  othersUs(entry: EntryTime): number {
    return this.#activeEntries().reduce(
      (least, other) => other === entry ? least : Math.min(least, other.maxTimeUs),
      Infinity,
    );
  }

  /**
   * Rows of an entry came; `newestUs` is the largest time among them, -Infinity if none has one. Rows that were
   * decided before complete no more than they did then.
   */
  arrived(entry: EntryTime, { newestUs, watermarkUs, isDecided = false }: {
    readonly newestUs: number;
    readonly watermarkUs: number;
    readonly isDecided?: boolean;
  }): void {
    const completesUs = isDecided ? watermarkUs + this.#options.latenessUs : newestUs;
    entry.maxTimeUs = Math.max(entry.maxTimeUs, completesUs);
    entry.quietSinceUs = this.#steadyUs;
    if (newestUs >= this.#lastTimeUs) {
      this.#lastTimeUs = newestUs;
      this.#lastArrivalUs = this.#steadyUs;
    }
    this.#raise(watermarkUs);
  }

  /** The intake has room again: who was refused may come. */
  admitAgain(): void {
    for (const entry of this.#entries.values()) {
      if (!entry.isRefused) continue;
      entry.isRefused = false;
      entry.quietSinceUs = this.#steadyUs;
    }
  }

  state(): SourceTimeState {
    return {
      watermarkUs: this.#watermarkUs,
      lastTimeUs: this.#lastTimeUs,
      lastArrivalUs: this.#lastArrivalUs,
      maxTimes: new Map([...this.#entries].map(([number, { maxTimeUs }]) => [number, maxTimeUs])),
    };
  }

  /** Rows are in the log, of whatever entry. */
  follow(newestUs: number, watermarkUs: number): void {
    if (newestUs > this.#lastTimeUs) {
      this.#lastTimeUs = newestUs;
      this.#lastArrivalUs = this.#steadyUs;
    }
    this.#raise(watermarkUs);
  }

  /** Forgets rows that did not reach the disk. */
  restore({ watermarkUs, lastTimeUs, lastArrivalUs, maxTimes }: SourceTimeState): void {
    this.#watermarkUs = watermarkUs;
    this.#lastTimeUs = lastTimeUs;
    this.#lastArrivalUs = lastArrivalUs;
    for (const [number, entry] of this.#entries) {
      entry.maxTimeUs = maxTimes.get(number) ?? -Infinity;
      entry.quietSinceUs = this.#steadyUs;
    }
  }

  #add(number: number, isHistory: boolean): EntryTime {
    const entry = {
      maxTimeUs: -Infinity,
      quietSinceUs: this.#steadyUs,
      underWay: 0,
      isRefused: false,
      isHistory,
      hasEnded: false,
    };
    this.#entries.set(number, entry);
    return entry;
  }

  #activeEntries(): EntryTime[] {
    return [...this.#entries.values()].filter((entry) =>
      entry.underWay > 0 || entry.isRefused || (!entry.hasEnded &&
        (entry.isHistory || this.#steadyUs - entry.quietSinceUs < this.#options.idleUs))
    );
  }

  #raise(watermarkUs: number): void {
    if (watermarkUs > this.#watermarkUs) this.#watermarkUs = watermarkUs;
  }
}
