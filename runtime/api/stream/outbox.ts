/** What waits to be sent over one socket: messages of the server's own, then the frames of its subscriptions in turn. */
import type { Backlog } from "./backlog.ts";
import { type Message, sizeOf } from "./frame.ts";

/** The part of a WebSocket that is written to. */
export interface OutSocket {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(message: Message): void;
}

/** Calls outboxes again that wait for their socket. */
export interface Pacer {
  wait(outbox: Outbox): void;
}

const OPEN = 1;

export class Outbox {
  readonly #socket: OutSocket;
  readonly #socketBytes: number;
  readonly #pacer: Pacer;
  readonly #onSent: (bytes: number) => void;
  readonly #messages: Message[] = [];
  readonly #backlogs: Backlog[] = [];
  #messageBytes = 0;
  #waiters: PromiseWithResolvers<void>[] = [];

  constructor(
    socket: OutSocket,
    options: {
      readonly socketBytes: number;
      readonly pacer: Pacer;
      readonly onSent: (bytes: number) => void;
    },
  ) {
    this.#socket = socket;
    this.#socketBytes = options.socketBytes;
    this.#pacer = options.pacer;
    this.#onSent = options.onSent;
  }

  /** Bytes of the server's own messages that wait. */
  get messageBytes(): number {
    return this.#messageBytes;
  }

  add(backlog: Backlog): void {
    this.#backlogs.push(backlog);
  }

  remove(backlog: Backlog): void {
    const place = this.#backlogs.indexOf(backlog);
    if (place >= 0) this.#backlogs.splice(place, 1);
  }

  /** Sends a message before all frames that wait in backlogs. */
  tell(message: Message): void {
    this.#messages.push(message);
    this.#messageBytes += sizeOf(message);
    this.pump();
  }

  /** Sends as much as the socket takes; true if nothing waits any more. */
  pump(): boolean {
    while (this.#hasRoom) {
      const message = this.#next();
      if (message === undefined) {
        this.#release();
        return true;
      }
      this.#socket.send(message);
      this.#onSent(sizeOf(message));
    }
    if (this.#socket.readyState !== OPEN) {
      this.#release();
      return true;
    }
    this.#pacer.wait(this);
    return false;
  }

  /** Resolves when all that waits is with the socket and it takes more, or when it is closed. */
  room(): Promise<void> {
    const waiter = Promise.withResolvers<void>();
    this.#waiters.push(waiter);
    this.pump();
    return waiter.promise;
  }

  get #hasRoom(): boolean {
    return this.#socket.readyState === OPEN && this.#socket.bufferedAmount < this.#socketBytes;
  }

  #next(): Message | undefined {
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#messageBytes -= sizeOf(message);
      return message;
    }
    for (let tries = this.#backlogs.length; tries > 0; tries--) {
      const backlog = this.#backlogs.shift()!;
      this.#backlogs.push(backlog);
      const frame = backlog.take();
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve } of waiters) resolve();
  }
}
