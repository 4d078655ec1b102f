/**
 * The rows of a source as a pipeline takes them in: live as they are published, or from the log where it is behind.
 *
 * T1 Every position is taken in once, in order, however often the source changes between live and log.
 * T2 Rows published while it is behind are in the log already: a few are held for the change to live, the rest is
 *    read again.
 */
import type { StreamData } from "../../engine/mod.ts";

/** Admitted rows of a source, with all its columns, in order of arrival. */
export interface PublishedRows {
  readonly rows: StreamData;
  /** The log position of the last row, admitted or not. */
  readonly lastPosition: number;
  /** The source's watermark once these rows are in; told of rows from the log. */
  readonly watermarkUs?: number;
}

export interface SourceTailOptions {
  /** The position up to which rows were taken in before. */
  readonly position: number;
  readonly watermarkUs: number;
  /** Rows after a position, as far as the log goes now. */
  replay(after: number): AsyncIterable<PublishedRows>;
  /** The source's watermark now. */
  liveWatermarkUs(): number;
}

/** Rows held while it is behind. */
const MOST_HELD = 65_536;

export class SourceTail {
  readonly #options: SourceTailOptions;
  #position: number;
  #watermarkUs: number;
  #isBehind = true;
  #log: AsyncIterator<PublishedRows> | undefined;
  #held: PublishedRows[] = [];
  #heldRows = 0;
  /** The last position that was published and is not held. */
  #missed = 0;

  constructor(options: SourceTailOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#watermarkUs = options.watermarkUs;
  }

  /** The position up to which rows were taken in. */
  get position(): number {
    return this.#position;
  }

  /** No row below it is still to be taken in. */
  get watermarkUs(): number {
    return this.#watermarkUs;
  }

  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Takes published rows; false if they are not to be taken in now. */
  offer(published: PublishedRows): boolean {
    if (this.#isBehind) {
      this.#hold(published);
      return false;
    }
    if (published.lastPosition <= this.#position) return false;
    this.#position = published.lastPosition;
    return true;
  }

  /** The source's watermark has moved on, after all rows published so far. */
  advanceTo(watermarkUs: number): void {
    if (!this.#isBehind) this.#watermarkUs = Math.max(this.#watermarkUs, watermarkUs);
  }

  /** Published rows are read from the log from now on, until it has been read to its end. */
  fallBehind(): void {
    this.#isBehind = true;
  }

  /** The next rows to take in of a source that is behind; when there are none it is live. */
  async catchUp(): Promise<readonly PublishedRows[]> {
    this.#log ??= this.#options.replay(this.#position)[Symbol.asyncIterator]();
    const { value, done } = await this.#log.next();
    if (done) {
      this.#log = undefined;
      return this.#position >= this.#missed ? this.#goLive() : [];
    }
    if (value.lastPosition <= this.#position) return [];
    this.#position = value.lastPosition;
    this.#watermarkUs = Math.max(this.#watermarkUs, value.watermarkUs ?? -Infinity);
    return [value];
  }

  async close(): Promise<void> {
    await this.#log?.return?.();
    this.#log = undefined;
    this.#held = [];
  }

  #goLive(): readonly PublishedRows[] {
    const fresh = this.#held.filter(({ lastPosition }) => lastPosition > this.#position);
    this.#position = fresh.at(-1)?.lastPosition ?? this.#position;
    this.#held = [];
    this.#heldRows = 0;
    this.#isBehind = false;
    this.advanceTo(this.#options.liveWatermarkUs());
    return fresh;
  }

  #hold(published: PublishedRows): void {
    this.#held.push(published);
    this.#heldRows += published.rows.length;
    if (this.#heldRows <= MOST_HELD) return;
    this.#missed = published.lastPosition;
    this.#held = [];
    this.#heldRows = 0;
  }
}
