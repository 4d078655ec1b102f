/** The sources of a pipeline: what of them was taken in, what waits, and up to where they are complete. */
import type { SourcePlan } from "../../../dsl/mod.ts";
import type { StreamData } from "../../engine/mod.ts";
import { type RoomState, SourceRoom } from "./source_room.ts";
import { type PublishedRows, SourceTail } from "./source_tail.ts";

/** A source that a pipeline follows. */
export interface FollowedSource {
  /** `plugin.source`. */
  readonly name: string;
  /** Admitted rows after a position, as far as the log goes now. */
  replay(after: number): AsyncIterable<PublishedRows>;
  liveWatermarkUs(): number;
}

/** What a checkpoint keeps of a source. */
export interface FollowedState {
  readonly position: number;
  readonly watermarkUs: number;
  readonly room: RoomState;
}

interface Followed {
  readonly name: string;
  readonly tail: SourceTail;
  readonly room: SourceRoom;
}

/** A source that is ahead of the others is not read on while so many rows wait. */
const MOST_WAITING = 4_194_304;

export class PipelineSources {
  readonly #all: readonly Followed[];
  /** Rows taken in so far. */
  taken = 0;

  constructor(
    plans: readonly SourcePlan[],
    sources: readonly FollowedSource[],
    states: ReadonlyMap<string, FollowedState>,
  ) {
    this.#all = sources.map((source, place) => {
      const state = states.get(source.name);
      const tail = new SourceTail({
        position: state?.position ?? 0,
        watermarkUs: state?.watermarkUs ?? -Infinity,
        replay: (after) => source.replay(after),
        liveWatermarkUs: () => source.liveWatermarkUs(),
      });
      return { name: source.name, tail, room: new SourceRoom(plans[place]!, state?.room) };
    });
  }

  /** No row below it is still to be taken in. */
  get boundUs(): number {
    return Math.min(...this.#all.map(({ tail }) => tail.watermarkUs));
  }

  get isBehind(): boolean {
    return this.#all.some(({ tail }) => tail.isBehind);
  }

  /** Rows that wait. */
  get length(): number {
    return this.#all.reduce((sum, { room }) => sum + room.length, 0);
  }

  get firstWaitingUs(): number {
    return Math.min(...this.#all.map(({ room }) => room.firstTimeUs));
  }

  get lastWaitingUs(): number {
    return Math.max(...this.#all.map(({ room }) => room.lastTimeUs));
  }

  get positions(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#all.map(({ name, tail }) => [name, tail.position]));
  }

  /** Rows that were published. */
  offer(name: string, published: PublishedRows): void {
    for (const { tail, room } of this.#of(name)) {
      if (!tail.isBehind && room.length > MOST_WAITING && !this.#isLast(tail)) tail.fallBehind();
      if (tail.offer(published)) this.#put(room, published);
    }
  }

  advanceTo(name: string, watermarkUs: number): void {
    for (const { tail } of this.#of(name)) tail.advanceTo(watermarkUs);
  }

  /** Takes in no published rows until the log has been read up to them. */
  fallBehind(): void {
    for (const { tail } of this.#all) tail.fallBehind();
  }

  /** Reads on in the log for the source that is behind most; false if it has to wait for others. */
  async catchUp(): Promise<boolean> {
    const behind = this.#all.filter(({ tail }) => tail.isBehind);
    const [next] = behind.toSorted((a, b) => a.tail.watermarkUs - b.tail.watermarkUs);
    if (!next || (next.room.length > MOST_WAITING && !this.#isLast(next.tail))) return false;
    for (const published of await next.tail.catchUp()) this.#put(next.room, published);
    return true;
  }

  release(limitUs: number): StreamData[] {
    return this.#all.map(({ room }) => room.release(limitUs));
  }

  copy(limitUs: number): StreamData[] {
    return this.#all.map(({ room }) => room.copy(limitUs));
  }

  state(): ReadonlyMap<string, FollowedState> {
    return new Map(this.#all.map(({ name, tail, room }) => {
      const { position, watermarkUs } = tail;
      return [name, { position, watermarkUs, room: room.state() }];
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ tail }) => tail.close()));
  }

  #of(name: string): readonly Followed[] {
    return this.#all.filter((source) => source.name === name);
  }

  #isLast(tail: SourceTail): boolean {
    return tail.watermarkUs <= this.boundUs;
  }

  #put(room: SourceRoom, { rows }: PublishedRows): void {
    this.taken += rows.length;
    if (rows.length > 0) room.put(rows);
  }
}
