/** The first failure of a run, and everyone who waits while it may still come. */
export class RunFailure {
  readonly #waiting = new Set<(reason: unknown) => void>();
  #reason: { readonly reason: unknown } | undefined;
  readonly #failed = Promise.withResolvers<never>();

  constructor() {
    this.#failed.promise.catch(() => {});
  }

  /** Rejects with the failure; never resolves. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Later failures are consequences of the first and change nothing. */
  fail(reason: unknown): void {
    if (this.#reason) return;
    this.#reason = { reason };
    this.#failed.reject(reason);
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  /** The work, or the failure if that comes first. Nothing of it is held on to once the work has ended. */
  orFail<T>(work: Promise<T>): Promise<T> {
    if (this.#reason) {
      work.catch(() => {});
      return Promise.reject(this.#reason.reason);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(resolve, reject).finally(() => this.#waiting.delete(reject));
    });
  }
}
