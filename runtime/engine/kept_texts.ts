/** Texts as bytes that only grow, so that one snapshot of them is the start of the next. */

/** Text i is the UTF-8 in bytes [ends[i - 1], ends[i]). */
export interface TextBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Float64Array<ArrayBuffer>;
}

// A worker's realm may lose them.
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Encodes each text once, however often it is asked. */
export class KeptTexts {
  readonly #texts: readonly string[];
  #bytes = new Uint8Array(1024);
  #ends = new Float64Array(64);
  #count = 0;

  /** The texts may grow at their end. */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  snapshot(): TextBytes {
    for (; this.#count < this.#texts.length; this.#count++) this.#append(this.#texts[this.#count]!);
    const used = this.#ends[this.#count - 1] ?? 0;
    return { bytes: this.#bytes.slice(0, used), ends: this.#ends.slice(0, this.#count) };
  }

  #append(text: string): void {
    const from = this.#ends[this.#count - 1] ?? 0;
    const most = from + 3 * text.length;
    if (most > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(most, 2 * this.#bytes.length));
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    if (this.#count === this.#ends.length) {
      const longer = new Float64Array(2 * this.#count);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(from));
    this.#ends[this.#count] = from + written;
  }
}

/** The texts that a snapshot holds. */
export function textsIn({ bytes, ends }: TextBytes): string[] {
  return Array.from(ends, (end, i) => decoder.decode(bytes.subarray(ends[i - 1] ?? 0, end)));
}
