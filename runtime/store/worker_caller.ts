/**
 * Commands of one role carried out by a worker, so that the native client blocks only that thread. The cast in
 * `call` rests on the protocol: a response holds what the command of its request answers.
 *
 * C1 After a worker has ended, the next call opens another one. Calls under way are rejected: what they did
 *    is done or not, and a look at the store tells which.
 * C2 Workers that end `MAX_REOPENS` times without an answer in between are not opened again.
 */
import type { OpenOptions } from "./libsql_commands.ts";
import type { StoreLocation } from "./location.ts";
import { WorkerChannel } from "./worker_channel.ts";
import type { StoreRole } from "./worker_protocol.ts";

export type ArgumentsOf<Command> = Command extends (...args: infer Args) => unknown ? Args : never;
export type AnswerOf<Command> = Command extends (...args: never[]) => Promise<infer Answer> ? Answer
  : never;

export interface WorkerOptions {
  readonly role: StoreRole;
  readonly location: StoreLocation;
  readonly options: OpenOptions;
  /** What the worker waits for before it opens the store; it starts at once. */
  readonly after?: Promise<unknown>;
  /** Starts a worker; another one only in tests. */
  readonly start?: () => WorkerChannel;
}

const MAX_REOPENS = 3;

export class WorkerCaller<Commands extends { close(): Promise<void> }> {
  readonly #options: WorkerOptions;
  #channel: WorkerChannel;
  #opening: Promise<WorkerChannel> | undefined;
  #reopens = 0;
  #isClosed = false;

  private constructor(options: WorkerOptions, channel: WorkerChannel) {
    this.#options = options;
    this.#channel = channel;
  }

  /** Starts a worker and opens the store in it. */
  static async open<Commands extends { close(): Promise<void> }>(
    options: WorkerOptions,
  ): Promise<WorkerCaller<Commands>> {
    return new WorkerCaller<Commands>(options, await openChannel(options));
  }

  async call<Name extends keyof Commands & string>(
    name: Name,
    args: ArgumentsOf<Commands[Name]>,
    transfer: ArrayBuffer[] = [],
  ): Promise<AnswerOf<Commands[Name]>> {
    // Without a turn in between, so that buffers move at once and calls stay in order.
    const channel = this.#mayReopen() ? await this.#reopen() : this.#channel;
    const answer = await channel.request({ kind: "call", name, args }, transfer);
    this.#reopens = 0;
    return answer as AnswerOf<Commands[Name]>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening?.catch(() => {});
    const channel = this.#channel;
    try {
      if (!channel.hasEnded) await channel.request({ kind: "call", name: "close", args: [] });
    } finally {
      channel.close();
    }
  }

  #mayReopen(): boolean {
    return this.#opening !== undefined ||
      (this.#channel.hasEnded && !this.#isClosed && this.#reopens < MAX_REOPENS);
  }

  #reopen(): Promise<WorkerChannel> {
    this.#opening ??= this.#replaceChannel();
    return this.#opening;
  }

  async #replaceChannel(): Promise<WorkerChannel> {
    this.#reopens++;
    try {
      this.#channel = await openChannel(this.#options);
      return this.#channel;
    } finally {
      this.#opening = undefined;
    }
  }
}

async function openChannel(
  { role, location, options, after, start = () => new WorkerChannel() }: WorkerOptions,
): Promise<WorkerChannel> {
  const channel = start();
  try {
    await after;
    await channel.request({ kind: "open", role, location, options });
    return channel;
  } catch (error) {
    channel.close();
    throw error;
  }
}
