/**
 * Commands of one role carried out by a worker, so that the native client blocks only that thread. The cast in
 * `call` rests on the protocol: a response holds what the command of its request answers.
 *
 * C1 After a worker has ended, the next call opens another one. Calls under way are rejected: what they did
 *    is done or not, and a look at the store tells which.
 * C2 Workers that end `MAX_REOPENS` times without an answer in between are not opened again.
 * C3 One that is opened late starts at once and opens the store at the first call.
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
  #channel: WorkerChannel;
  #opening: Promise<WorkerChannel> | undefined;
  #isOpen = false;
  #reopens = 0;
  #isClosed = false;

  private constructor(options: WorkerOptions) {
    this.#options = options;
    this.#channel = startChannel(options);
  }

  /** Starts a worker and opens the store in it. */
  static async open<Commands extends { close(): Promise<void> }>(
    options: WorkerOptions,
  ): Promise<WorkerCaller<Commands>> {
    const caller = new WorkerCaller<Commands>(options);
    await caller.#open();
    return caller;
  }

  /** Starts a worker, which opens the store at the first call. */
  static late<Commands extends { close(): Promise<void> }>(
    options: WorkerOptions,
  ): WorkerCaller<Commands> {
    return new WorkerCaller<Commands>(options);
  }

  async call<Name extends keyof Commands & string>(
    name: Name,
    args: ArgumentsOf<Commands[Name]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<AnswerOf<Commands[Name]>> {
    // Without a turn in between, so that buffers move at once and calls stay in order.
    const channel = this.#isReady() ? this.#channel : await this.#open();
    const answer = await channel.request({ kind: "call", name, args }, transfer);
    this.#reopens = 0;
    return answer as AnswerOf<Commands[Name]>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => {});
    const channel = this.#channel;
    try {
      const hasStore = this.#isOpen && !channel.hasEnded;
      if (hasStore) await channel.request({ kind: "call", name: "close", args: [] });
    } finally {
      channel.close();
    }
  }

  /** True too of one that stays as it is: its channel says what happened to it. */
  #isReady(): boolean {
    if (this.#opening !== undefined) return false;
    if (this.#isClosed) return true;
    return this.#channel.hasEnded ? this.#reopens >= MAX_REOPENS : this.#isOpen;
  }

  #open(): Promise<WorkerChannel> {
    this.#opening ??= this.#openChannel();
    return this.#opening;
  }

  async #openChannel(): Promise<WorkerChannel> {
    const { role, location, options } = this.#options;
    this.#isOpen = false;
    if (this.#channel.hasEnded) {
      this.#reopens++;
      this.#channel = startChannel(this.#options);
    }
    try {
      await this.#channel.request({ kind: "open", role, location, options });
      this.#isOpen = true;
      return this.#channel;
    } catch (error) {
      this.#channel.close();
      throw error;
    } finally {
      this.#opening = undefined;
    }
  }
}

function startChannel({ role, startThread: start = startThread }: WorkerOptions): WorkerChannel {
  return new WorkerChannel(start(STORE_MODULE, `store ${role}`));
}
