/** How much waits between push and publication, of all sources together. */
import { FeaturizerError } from "../../errors.ts";

export class PendingBytes {
  readonly #most: number;
  readonly #onRoom: () => void;
  #used = 0;
  #isRefusing = false;

  /** `onRoom` is called when, after a refusal, there is room again. */
  constructor(most: number, onRoom: () => void) {
    this.#most = most;
    this.#onRoom = onRoom;
  }

  /** True if so many bytes may come in; a batch that alone is too large may, when nothing else waits. */
  take(bytes: number): boolean {
    if (this.#used > 0 && this.#used + bytes > this.#most) {
      this.#isRefusing = true;
      return false;
    }
    this.#used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#used -= bytes;
    if (!this.#isRefusing || this.#used * 2 > this.#most) return;
    this.#isRefusing = false;
    this.#onRoom();
  }

  refusal(source: string): FeaturizerError {
    return new FeaturizerError(
      `Cannot push to "${source}": ${this.#used} bytes wait for the disk, of at most ${this.#most}`,
      {
        code: "INGEST_FULL",
        domain: "external",
        retry: "backoff",
        hint: "Send the same rows again a little later.",
      },
    );
  }
}
