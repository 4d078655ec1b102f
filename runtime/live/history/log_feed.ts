/** One source of a plan, read from the log. */
import type { SourcePlan } from "../../../dsl/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import type { FollowedState } from "../pipeline/pipeline_sources.ts";
import { SourceRoom } from "../pipeline/source_room.ts";
import type { PublishedRows } from "../pipeline/source_tail.ts";

export interface LogFeedOptions {
  readonly upTo?: number;
  /** What a checkpoint keeps of the source, to go on from. */
  readonly state?: FollowedState;
}

export class LogFeed {
  ended: boolean;
  lastTimeUs = -Infinity;
  /** The log position up to which rows were read. */
  position: number;
  readonly #entries: AsyncIterator<PublishedRows>;
  readonly #upTo: number;
  readonly #room: SourceRoom;
  #watermarkUs: number;

  /** `entries` begin at the start of the log, or behind the position of a state; none after `upTo` is read. */
  constructor(
    plan: SourcePlan,
    entries: AsyncIterable<PublishedRows>,
    { upTo = Infinity, state }: LogFeedOptions = {},
  ) {
    this.#room = new SourceRoom(plan, state?.room);
    this.#entries = entries[Symbol.asyncIterator]();
    this.#upTo = upTo;
    this.position = state?.position ?? 0;
    this.#watermarkUs = state?.watermarkUs ?? -Infinity;
    this.ended = upTo <= this.position;
  }

  get watermarkUs(): number {
    return this.ended ? Infinity : this.#watermarkUs;
  }

  /** Reads the next entry. */
  async advance(): Promise<void> {
    const { value, done } = await this.#entries.next();
    if (done) {
      this.ended = true;
      return;
    }
    const { rows, lastPosition, watermarkUs = -Infinity } = value;
    if (rows.length > 0) this.#room.put(rows);
    this.position = lastPosition;
    this.lastTimeUs = Math.max(this.lastTimeUs, this.#room.lastTimeUs);
    this.#watermarkUs = Math.max(this.#watermarkUs, watermarkUs);
    this.ended = lastPosition >= this.#upTo;
  }

  /** Takes out the rows below the bound. */
  release(untilUs: number): StreamData {
    return this.#room.release(untilUs);
  }

  /** What `release` would give; the rows stay. */
  copy(untilUs: number): StreamData {
    return this.#room.copy(untilUs);
  }

  async close(): Promise<void> {
    await this.#entries.return?.();
  }
}
