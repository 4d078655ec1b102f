/** Threads that start before the store is opened, so that it need not wait for them. */
import type { StartThread, Thread } from "../threads.ts";
import { parseStoreLocation } from "./location.ts";
import { DEFAULT_STORE } from "./open_store.ts";
import { STORE_MODULE } from "./worker_caller.ts";

/** For the writers of log and checkpoints; their readers come when the store is open. */
const THREADS = 2;

export class PreparedThreads implements AsyncDisposable {
  readonly #start: StartThread;
  readonly #wanted: number;
  readonly #ready: Thread[] = [];

  /** Starts the threads that the store at the location will need; a server needs none. */
  constructor(start: StartThread, location: string = DEFAULT_STORE) {
    this.#start = start;
    this.#wanted = parseStoreLocation(location).kind === "file" ? THREADS : 0;
    this.refill();
  }

  /** Hands out the prepared ones first. */
  readonly startThread: StartThread = (module, name) =>
    this.#ready.pop() ?? this.#start(module, name);

  /** Starts those anew that were taken, for a store that will be opened later. */
  refill(): void {
    while (this.#ready.length < this.#wanted) this.#ready.push(this.#start(STORE_MODULE, "store"));
  }

  /** Ends those that nobody took. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#ready.splice(0).map((thread) => thread.terminate()));
  }
}
