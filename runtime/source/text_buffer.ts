/**
 * A window on the bytes of a text file that always ends at a line feed.
 *
 * T1: `bytes[limit - 1]` is a line feed whenever `limit > start`; the last line gets one if it has none.
 */
import { FeaturizerError } from "../errors.ts";
import type { ByteSource } from "./byte_source.ts";

const FIRST_CAPACITY = 1024 * 1024;
/** A record that needs more is an open quote, not data. */
const MOST_CAPACITY = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Reads ahead; the reader moves `start` past what it has used. */
export class TextBuffer {
  bytes: Uint8Array<ArrayBuffer>;
  start = 0;
  limit = 0;
  /** True when the source has no more bytes behind `limit`. */
  isLast = false;
  readonly #source: ByteSource;
  #end = 0;

  constructor(source: ByteSource, capacity: number = FIRST_CAPACITY) {
    this.#source = source;
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes the window longer at its end; what is before `start` is forgotten. */
  async extend(): Promise<void> {
    const hadLimit = this.limit - this.start;
    this.#makeRoom();
    do {
      if (this.#end === this.bytes.length - 1) this.#grow();
      const count = await this.#source.fill(this.bytes.subarray(this.#end, this.bytes.length - 1));
      if (count === 0) return this.#finish();
      const before = this.#end;
      this.#end += count;
      const last = this.bytes.lastIndexOf(LINE_FEED, this.#end - 1);
      if (last >= before) this.limit = last + 1;
    } while (this.limit - this.start === hadLimit);
  }

  /** Drops a byte order mark; call it at the start of the file. */
  skipMark(): void {
    const { bytes, start } = this;
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) {
      this.start += 3;
    }
  }

  #makeRoom(): void {
    if (this.start === 0) return;
    this.bytes.copyWithin(0, this.start, this.#end);
    this.#end -= this.start;
    this.limit -= this.start;
    this.start = 0;
  }

  #grow(): void {
    if (this.bytes.length >= MOST_CAPACITY) {
      throw new FeaturizerError(
        `Cannot read "${this.#source.path}": a record is longer than ${MOST_CAPACITY} bytes`,
        { code: "RECORD_TOO_LONG", hint: "Look for a quote that is never closed." },
      );
    }
    const grown = new Uint8Array(this.bytes.length * 2);
    grown.set(this.bytes.subarray(0, this.#end));
    this.bytes = grown;
  }

  /** The last byte of the array is kept free for the line feed that a file may lack. */
  #finish(): void {
    this.isLast = true;
    if (this.#end > this.start && this.bytes[this.#end - 1] !== LINE_FEED) {
      this.bytes[this.#end++] = LINE_FEED;
    }
    this.limit = this.#end;
  }
}
