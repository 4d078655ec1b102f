/** The body of a push as bytes that come one after the other. */
import { type ByteSource, memorySource } from "../../source/mod.ts";

/** A body of any kind as a source; `name` is what errors call it. */
export function bodySource(
  name: string,
  body: ReadableStream<Uint8Array> | Uint8Array,
  { isSteady }: { readonly isSteady: boolean },
): ByteSource {
  if (body instanceof Uint8Array) return memorySource(name, [body]);
  return new StreamSource(name, body, isSteady);
}

/** Fills a target while chunks are there, and does not wait for more once it has some. */
class StreamSource implements ByteSource {
  readonly path: string;
  readonly bytesTotal = 0;
  bytesRead = 0;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #isSteady: boolean;
  #rest: Uint8Array = new Uint8Array(0);
  #coming: Promise<void> | undefined;
  #isEnded = false;

  constructor(path: string, stream: ReadableStream<Uint8Array>, isSteady: boolean) {
    this.path = path;
    this.#isSteady = isSteady;
    this.#reader = stream.getReader();
  }

  isDry(): boolean {
    return !this.#isSteady && this.#coming !== undefined && this.#rest.length === 0 &&
      !this.#isEnded;
  }

  async fill(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.#rest.length > 0) {
        const part = this.#rest.subarray(0, target.length - filled);
        target.set(part, filled);
        filled += part.length;
        this.#rest = this.#rest.subarray(part.length);
        continue;
      }
      if (this.#isEnded) break;
      this.#coming ??= this.#next();
      if (filled === 0) await this.#coming;
      else if (!await this.#comesNow(this.#coming)) break;
    }
    this.bytesRead += filled;
    return filled;
  }

  /** Cancels what was not read. */
  async close(): Promise<void> {
    // A stream that failed has told so where it was read.
    if (!this.#isEnded) await this.#reader.cancel().catch(() => {});
    this.#reader.releaseLock();
  }

  async #next(): Promise<void> {
    const { done, value } = await this.#reader.read();
    this.#coming = undefined;
    if (done) this.#isEnded = true;
    else this.#rest = value;
  }

  async #comesNow(coming: Promise<void>): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), 0);
    });
    const isHere = await Promise.race([coming.then(() => true), turn]);
    clearTimeout(timer);
    return isHere;
  }
}
