/**
 * One series and all who subscribe to it.
 *
 * F1 The series is followed once for all subscriptions that are up to date; each batch is encoded once a format.
 * F2 A subscription that begins earlier follows on its own, at the pace of its reader, until it stands where the
 *    shared one stands; then it joins. It gets every row behind its first one once.
 */
import type { LiveSeriesInfo, LiveSystem, SeriesRows } from "../../live/mod.ts";
import { createBodyEncoders, type FrameSchema, frameSchemaOf } from "./frame.ts";
import { type Encoders, type SharedRows, shareRows } from "./shared_rows.ts";
import type { Subscription } from "./subscription.ts";

interface Snapshot {
  readonly parts: readonly SharedRows[];
  readonly upTo: number;
}

/** Where a subscription begins: after a row, after a snapshot, or with the next row. */
export interface Beginning {
  readonly after: number | undefined;
  readonly snapshot: boolean;
  /** Told before the first frame: rows after this one will come. */
  readonly onBegun: (after: number) => void;
}

interface Handle {
  close(): void;
}

export class SeriesStream {
  readonly info: LiveSeriesInfo;
  readonly schema: FrameSchema;
  readonly encoders: Encoders;
  readonly #system: LiveSystem;
  readonly #members = new Set<Subscription>();
  /** Those that do not follow the shared way; with a handle, those that could join it. */
  readonly #behind = new Map<Subscription, Handle | undefined>();
  #opened: Promise<Handle> | undefined;
  /** Number of the row that the shared way waits for. */
  #next = 1;
  #snapshot: Promise<Snapshot> | undefined;

  constructor(system: LiveSystem, info: LiveSeriesInfo) {
    this.info = info;
    this.#system = system;
    this.schema = frameSchemaOf(info);
    this.encoders = createBodyEncoders(this.schema, system.symbols);
  }

  get subscriptions(): number {
    return this.#members.size + this.#behind.size;
  }

  /** Begins to deliver; resolves when the subscription is up to date. */
  async begin(subscription: Subscription, beginning: Beginning): Promise<void> {
    const { after, snapshot, onBegun } = beginning;
    this.#behind.set(subscription, undefined);
    subscription.onClose(() => this.#leave(subscription));
    await (this.#opened ??= this.#follow());
    if (snapshot) {
      const { parts, upTo } = await this.#latest();
      onBegun(upTo);
      await subscription.offerSnapshot(parts, upTo);
    } else {
      subscription.next = after === undefined ? this.#next : after + 1;
      onBegun(subscription.next - 1);
    }
    if (subscription.isClosed) return;
    if (subscription.next === this.#next) this.#join(subscription);
    else await this.#catchUp(subscription);
  }

  async #follow(): Promise<Handle> {
    let isCurrent = true;
    const stop = () => {
      isCurrent = false;
      this.#opened = undefined;
      this.#snapshot = undefined;
    };
    try {
      const { upTo } = await this.#system.latest(this.info.name);
      this.#next = upTo + 1;
      const { close } = await this.#system.follow(this.info.name, upTo, {
        onRows: (rows) => isCurrent ? this.#deliver(rows) : undefined,
        onFailure: (error) => {
          stop();
          for (const member of this.#members) member.fail(error);
        },
      });
      return { close: () => [stop(), close()] };
    } catch (error) {
      stop();
      throw error;
    }
  }

  #deliver(rows: SeriesRows): void {
    const parts = this.#share(rows);
    this.#snapshot = undefined;
    this.#next = rows.first + rows.batch.length;
    for (const member of this.#members) member.offer(parts);
    for (const [subscription, handle] of this.#behind) {
      if (handle !== undefined && subscription.next === this.#next) this.#join(subscription);
    }
  }

  #share(rows: SeriesRows): SharedRows[] {
    return shareRows(rows, this.info.keys.length, this.encoders);
  }

  /** One snapshot for all who ask before the next row. */
  #latest(): Promise<Snapshot> {
    return this.#snapshot ??= this.#system.latest(this.info.name).then(
      ({ rows, upTo }) => ({ parts: rows.flatMap((part) => this.#share(part)), upTo }),
      (error) => {
        this.#snapshot = undefined;
        throw error;
      },
    );
  }

  async #catchUp(subscription: Subscription): Promise<void> {
    let isUpToDate = false;
    const handle = await this.#system.follow(this.info.name, subscription.next - 1, {
      onRows: (rows) => {
        const parts = this.#share(rows);
        if (!isUpToDate) return subscription.offerSlowly(parts);
        subscription.offer(parts);
        if (!subscription.isClosed && subscription.next === this.#next) this.#join(subscription);
        return undefined;
      },
      onFailure: (error) => subscription.fail(error),
    });
    isUpToDate = true;
    if (subscription.isClosed) return handle.close();
    this.#behind.set(subscription, handle);
    if (subscription.next === this.#next) this.#join(subscription);
  }

  #join(subscription: Subscription): void {
    this.#behind.get(subscription)?.close();
    this.#behind.delete(subscription);
    this.#members.add(subscription);
  }

  #leave(subscription: Subscription): void {
    this.#behind.get(subscription)?.close();
    this.#behind.delete(subscription);
    this.#members.delete(subscription);
    if (this.subscriptions > 0) return;
    this.#opened?.then(({ close }) => this.subscriptions === 0 ? close() : undefined, () => {});
  }
}
