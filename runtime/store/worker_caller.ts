/**
 * Commands of one role carried out by a worker, so that the native client blocks only that thread. The cast in
 * `call` rests on the protocol: a response holds what the command of its request answers.
 *
 * C1 After a worker has ended, the next call opens another one. Calls under way are rejected: what they did
 *    is done or not, and a look at the store tells which.
 * C2 Workers that end `MAX_REOPENS` times without an answer in between are not opened again.
 * C3 One that is opened late starts at the first call.
 */
import type { OpenOptions } from "./libsql_commands.ts";
import type { StoreLocation } from "./location.ts";
import { type StartThread, startThread } from "../threads.ts";
import { WorkerChannel } from "./worker_channel.ts";
import type { StoreRole } from "./worker_protocol.ts";

export type ArgumentsOf<Command> = Command extends (...args: infer Args) => unknown ? Args : never;
export type AnswerOf<Command> = Command extends (...args: never[]) => Promise<infer Answer> ? Answer
  : never;

/** Where a worker is and what it opens. */
export interface WorkerPlace {
  readonly location: StoreLocation;
  readonly options: OpenOptions;
  /** Who starts the worker's thread; this one by default. */
  readonly startThread?: StartThread | undefined;
}

export interface WorkerOptions extends WorkerPlace {
  readonly role: StoreRole;
}

const MAX_REOPENS = 3;
/** What a worker runs. */
export const STORE_MODULE = new URL("./worker_main.ts", import.meta.url);

export class WorkerCaller<Commands extends { close(): Promise<void> }> {
  readonly #options: WorkerOptions;
  #channel: WorkerChannel | undefined;
  #opening: Promise<WorkerChannel> | undefined;
  #reopens = 0;
  #isClosed = false;

  private constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Starts a worker and opens the store in it. */
  static async open<Commands extends { close(): Promise<void> }>(
    options: WorkerOptions,
  ): Promise<WorkerCaller<Commands>> {
    const caller = new WorkerCaller<Commands>(options);
    await caller.start();
    return caller;
  }

  /** Starts a worker at the first call, or when it is told to. */
  static late<Commands extends { close(): Promise<void> }>(
    options: WorkerOptions,
  ): WorkerCaller<Commands> {
    return new WorkerCaller<Commands>(options);
  }

  /** Starts the worker and opens the store in it, if that was not done. */
  async start(): Promise<void> {
    await this.#ready();
  }

  async call<Name extends keyof Commands & string>(
    name: Name,
    args: ArgumentsOf<Commands[Name]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<AnswerOf<Commands[Name]>> {
    // Without a turn in between, so that buffers move at once and calls stay in order.
    const ready = this.#ready();
    const channel = ready instanceof WorkerChannel ? ready : await ready;
    const answer = await channel.request({ kind: "call", name, args }, transfer);
    this.#reopens = 0;
    return answer as AnswerOf<Commands[Name]>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => {});
    const channel = this.#channel;
    try {
      if (channel?.hasEnded === false) {
        await channel.request({ kind: "call", name: "close", args: [] });
      }
    } finally {
      channel?.close();
    }
  }

  /** A channel that stays as it is says itself what happened to it. */
  #ready(): WorkerChannel | Promise<WorkerChannel> {
    if (this.#opening !== undefined) return this.#opening;
    const channel = this.#channel;
    if (channel !== undefined) {
      const mayReopen = !this.#isClosed && this.#reopens < MAX_REOPENS;
      if (!channel.hasEnded || !mayReopen) return channel;
      this.#reopens++;
    }
    this.#opening = this.#open().finally(() => this.#opening = undefined);
    return this.#opening;
  }

  async #open(): Promise<WorkerChannel> {
    const { role, location, options, startThread: start = startThread } = this.#options;
    if (this.#isClosed) throw new TypeError(`Cannot use store "${location.name}": it is closed`);
    const channel = new WorkerChannel(start(STORE_MODULE, `store ${role}`));
    try {
      await channel.request({ kind: "open", role, location, options });
    } catch (error) {
      channel.close();
      throw error;
    } finally {
      this.#channel = channel;
    }
    return channel;
  }
}
