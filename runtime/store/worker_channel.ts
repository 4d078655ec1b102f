/** The host's end of a store worker: requests with their responses, and what happens when the worker dies. */
import { FeaturizerError } from "../errors.ts";
import type { Thread } from "../threads.ts";
import { fromPlainError, type StoreRequest, type StoreResponse } from "./worker_protocol.ts";

/** A request before it is numbered. */
export type Unnumbered<Request> = Request extends { readonly id: number } ? Omit<Request, "id">
  : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class WorkerChannel {
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #failure: FeaturizerError | undefined;

  constructor(thread: Thread) {
    this.#thread = thread;
    const { port, failed } = thread;
    port.onmessage = ({ data }: MessageEvent<StoreResponse>) => this.#settle(data);
    port.onmessageerror = () => this.#fail("a message could not be read");
    failed.then(({ message }) => this.#fail(message));
  }

  /** True once the worker has died or was closed: every request is rejected. */
  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** Rejects with what the worker reports, or when it dies; resolves with the command's answer. */
  request(request: Unnumbered<StoreRequest>, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#thread.port.postMessage({ ...request, id }, transfer);
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** Ends the worker; requests without a response are rejected. */
  close(): void {
    this.#fail("it is closed");
  }

  #settle(response: StoreResponse): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if (response.kind === "done") waiting?.resolve(response.value);
    else waiting?.reject(fromPlainError(response.error));
  }

  #fail(state: string): void {
    this.#failure ??= new FeaturizerError(`Cannot use the store worker: ${state}`, {
      code: "STORE_WORKER_ENDED",
      domain: "internal",
      retry: "backoff",
      hint: "Use the store again; what was committed is there.",
    });
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
    this.#thread.terminate();
  }
}
