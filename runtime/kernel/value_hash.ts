/**
 * A hash of 64 bits of a value's bytes: a number's bits, a text's UTF-8, never a symbol's code, which differs from
 * run to run. `low` and `high` hold the hash of the last value.
 */
export class ValueHash {
  low = 0;
  high = 0;
  readonly #texts: readonly string[] | undefined;
  readonly #isNumber: boolean;
  readonly #bits = new Float64Array(1);
  readonly #words = new Int32Array(this.#bits.buffer);
  /** Two words per code; a text's hash is never 0 in both. */
  #known = new Int32Array(128);

  /** `texts` of symbols; of numbers they are those of whole numbers beyond 2^53 - 1, if any may come. */
  constructor(texts: readonly string[] | undefined, isNumber: boolean) {
    this.#texts = texts;
    this.#isNumber = isNumber;
  }

  of(x: number): void {
    if (!this.#isNumber) this.#ofCode(x);
    else if (this.#texts !== undefined && x >= 2 ** 53) this.#ofCode((x - 2 ** 53) / 2);
    else {
      this.#bits[0] = x;
      this.#mix(this.#words[0]!, this.#words[1]!);
    }
  }

  #ofCode(code: number): void {
    const place = code * 2;
    if (place + 1 >= this.#known.length) {
      const larger = new Int32Array(Math.max(place + 2, this.#known.length * 2));
      larger.set(this.#known);
      this.#known = larger;
    }
    this.low = this.#known[place]!;
    this.high = this.#known[place + 1]!;
    if (this.low !== 0 || this.high !== 0) return;
    this.#ofText(this.#texts?.[code] ?? "");
    if (this.low === 0 && this.high === 0) this.low = 1;
    this.#known[place] = this.low;
    this.#known[place + 1] = this.high;
  }

  #ofText(text: string): void {
    let [a, b] = [0x811c9dc5 | 0, 0x9747b28c | 0];
    for (const byte of new TextEncoder().encode(text)) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995);
      b ^= b >>> 15;
    }
    this.#mix(a, b);
  }

  #mix(low: number, high: number): void {
    let a = finish(low ^ Math.imul(high, 0x9e3779b1));
    const b = finish(high ^ Math.imul(a, 0x85ebca77));
    a = finish(a ^ Math.imul(b, 0xc2b2ae3d));
    this.low = a;
    this.high = b;
  }
}

/** A bijection of 32 bits that spreads every bit over all. */
function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}
