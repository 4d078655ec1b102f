/** One subscription of one socket: what it wants, and what waits for it. */
import { FeaturizerError } from "../../errors.ts";
import { Backlog, type BacklogOptions } from "./backlog.ts";
import { frameOf, type Message } from "./frame.ts";
import type { KeyFilter } from "./key_filter.ts";
import type { Outbox } from "./outbox.ts";
import type { SharedRows } from "./shared_rows.ts";

export interface SubscriptionOptions extends BacklogOptions {
  readonly outbox: Outbox;
  readonly filter: KeyFilter | undefined;
  /** The reader is too slow for the policy, or the series ended; nothing is sent after it. */
  readonly onEnd: (error: Error) => void;
}

export class Subscription {
  /** Number of the row that it waits for. */
  next = 1;
  readonly #options: SubscriptionOptions;
  readonly #backlog: Backlog;
  #closing: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options);
    options.outbox.add(this.#backlog);
  }

  get id(): string {
    return this.#options.id;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes rows as they come, by the policy where the reader is slow. */
  offer(parts: readonly SharedRows[]): void {
    for (const part of parts) {
      if (this.#isClosed) return;
      this.next = part.last + 1;
      if (!this.#backlog.offer(part, this.#options.filter?.select(part))) return this.#end(slow());
    }
    this.#options.outbox.pump();
  }

  /** Takes rows at the pace of the reader; rejects if the subscription is closed. */
  async offerSlowly(parts: readonly SharedRows[]): Promise<void> {
    for (const part of parts) {
      await this.#room();
      this.next = part.last + 1;
      this.#backlog.offer(part, this.#options.filter?.select(part));
    }
    await this.#room();
  }

  /** Sends the latest rows of all keys, at the pace of the reader. */
  async offerSnapshot(parts: readonly SharedRows[], upTo: number): Promise<void> {
    for (const part of parts) {
      await this.#room();
      this.#options.outbox.tell(this.#snapshotFrame(part));
    }
    const { id, series } = this.#options;
    this.#options.outbox.tell(JSON.stringify({ kind: "snapshot_end", id, series, last: upTo }));
    this.next = upTo + 1;
  }

  /** Told by whoever delivers rows, to be called once when no more are wanted. */
  onClose(closing: () => void): void {
    this.#closing = closing;
    if (this.#isClosed) closing();
  }

  fail(error: Error): void {
    this.#end(error);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.outbox.remove(this.#backlog);
    this.#backlog.clear();
    this.#closing?.();
  }

  async #room(): Promise<void> {
    await this.#options.outbox.room();
    if (this.#isClosed) throw new DOMException("The subscription is closed", "AbortError");
  }

  #end(error: Error): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnd(error);
  }

  #snapshotFrame(part: SharedRows): Message {
    const { id, series, format, encoder, filter } = this.#options;
    const chosen = filter?.select(part);
    const body = chosen === undefined ? part.body(format) : encoder(part.pick(chosen).batch);
    return frameOf({ kind: "snapshot", id, series }, body);
  }
}

function slow(): FeaturizerError {
  return new FeaturizerError("Cannot go on with the subscription: its reader is too slow", {
    code: "SLOW_READER",
    domain: "external",
    retry: "backoff",
    hint: "Read faster, subscribe to fewer keys, or choose the policy conflate or drop-oldest.",
  });
}
