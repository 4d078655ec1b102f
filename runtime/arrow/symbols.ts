/**
 * The run-wide dictionary of strings.
 *
 * S1: codes count up from 0 in order of first appearance and never change.
 * S2: two codes never have equal texts; bytes that are no UTF-8 are stored as the text they decode to.
 * S3: order and key groups depend on the UTF-8 bytes alone, never on codes.
 */

/** Code of a null string. */
export const NULL_SYMBOL = -1;

/** Bytes of texts that are copied one by one sooner than as a whole. */
const SHORT_TEXT = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The texts of a table, as it is stored. */
export interface SymbolsState {
  readonly ends: Float64Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Strings by code. Known strings are found from their raw bytes, without making a string. */
export class SymbolTable {
  #size = 0;
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Int32Array(256);
  /** Bytes of code c are heap[ends[c - 1] .. ends[c]]; `#ends` is shifted by one so that `#ends[0]` is 0. */
  #ends = new Float64Array(257);
  #heap = new Uint8Array(4096);
  #scratch = new Uint8Array(256);
  readonly #texts: (string | undefined)[] = [];
  readonly #codes = new Map<string, number>();
  #ranks = new Int32Array(0);

  get size(): number {
    return this.#size;
  }

  /** The hash of every code's bytes; the array is replaced when the table grows, so do not keep it. */
  get hashes(): Int32Array<ArrayBuffer> {
    return this.#hashes;
  }

  /** All texts in order of their codes, in buffers of their own: text c is `bytes[ends[c]..ends[c + 1]]`. */
  snapshot(): SymbolsState {
    const ends = this.#ends.slice(0, this.#size + 1);
    return { ends, bytes: this.#heap.slice(0, ends[this.#size]) };
  }

  /** Takes up the codes of a snapshot; what is in the table already must begin it. */
  restore({ ends, bytes }: SymbolsState): void {
    for (let code = 0; code + 1 < ends.length; code++) {
      if (this.internUtf8(bytes, ends[code]!, ends[code + 1]!) === code) continue;
      throw new RangeError(`Cannot restore symbol ${code}: the table has another one`);
    }
  }

  /** The code of a text; a new one if it was never seen. */
  intern(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    if (this.#scratch.length < text.length * 3) this.#scratch = new Uint8Array(text.length * 6);
    const { written } = encoder.encodeInto(text, this.#scratch);
    const code = this.internUtf8(this.#scratch, 0, written);
    this.#codes.set(text, code);
    return code;
  }

  /** The code of a text, or `NULL_SYMBOL` if it was never seen; the table does not grow. */
  find(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const hash = hashUtf8(bytes, 0, bytes.length);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const code = slots[slot]!;
      if (code < 0) return NULL_SYMBOL;
      if (this.#hashes[code] === hash && this.#holds(code, bytes, 0, bytes.length)) return code;
    }
  }

  /** The code of the text whose UTF-8 is `bytes[start..end]`. The bytes are copied if they are new. */
  internUtf8(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashUtf8(bytes, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const code = slots[slot]!;
      if (code < 0) return this.#insert(bytes, start, end, hash, slot);
      if (this.#hashes[code] === hash && this.#holds(code, bytes, start, end)) return code;
    }
  }

  /** The text of a code. */
  text(code: number): string {
    const known = this.#texts[code];
    if (known !== undefined) return known;
    if (!(code >= 0 && code < this.#size)) {
      throw new RangeError(`Cannot read the text of symbol ${code}: the table has ${this.#size}`);
    }
    const text = decoder.decode(this.utf8(code));
    this.#texts[code] = text;
    return text;
  }

  /** The texts of all codes from `first` on, in order. */
  textsFrom(first: number): string[] {
    const texts: string[] = [];
    for (let code = first; code < this.#size; code++) texts.push(this.text(code));
    return texts;
  }

  /** A view of the UTF-8 bytes of a code; valid until the table grows. */
  utf8(code: number): Uint8Array<ArrayBuffer> {
    return this.#heap.subarray(this.#ends[code], this.#ends[code + 1]);
  }

  /** How many bytes the text of a code has in UTF-8. */
  utf8Length(code: number): number {
    return this.#ends[code + 1]! - this.#ends[code]!;
  }

  /** Writes the UTF-8 bytes of a code to `into` from `at` on; answers where they end. */
  copyUtf8(code: number, into: Uint8Array, at: number): number {
    const heap = this.#heap;
    let from = this.#ends[code]!;
    const end = this.#ends[code + 1]!;
    if (end - from > SHORT_TEXT) {
      into.set(heap.subarray(from, end), at);
      return at + end - from;
    }
    while (from < end) into[at++] = heap[from++]!;
    return at;
  }

  /** The key group of a code, 0..255: the upper bits of its hash. */
  groupOf(code: number): number {
    return this.#hashes[code]! >>> 24;
  }

  /** Below, at or above 0 as the text of `a` sorts before, with or after that of `b` by UTF-8 bytes; null first. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    if (a < 0 || b < 0) return a - b;
    const heap = this.#heap;
    let i = this.#ends[a]!;
    let j = this.#ends[b]!;
    const endA = this.#ends[a + 1]!;
    const endB = this.#ends[b + 1]!;
    for (; i < endA && j < endB; i++, j++) {
      const difference = heap[i]! - heap[j]!;
      if (difference !== 0) return difference;
    }
    return (endA - i) - (endB - j);
  }

  /** Place of every code in the order of `compare`; kept until the table grows. */
  ranks(): Int32Array<ArrayBuffer> {
    if (this.#ranks.length === this.#size) return this.#ranks;
    const order = new Int32Array(this.#size);
    for (let code = 0; code < order.length; code++) order[code] = code;
    order.sort((a, b) => this.compare(a, b));
    const ranks = new Int32Array(order.length);
    for (let rank = 0; rank < order.length; rank++) ranks[order[rank]!] = rank;
    this.#ranks = ranks;
    return ranks;
  }

  #holds(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const heap = this.#heap;
    let at = this.#ends[code]!;
    if (this.#ends[code + 1]! - at !== end - start) return false;
    for (let i = start; i < end; i++, at++) {
      if (heap[at] !== bytes[i]) return false;
    }
    return true;
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const canonical = canonicalUtf8(bytes, start, end);
    if (canonical !== undefined) return this.internUtf8(canonical, 0, canonical.length);
    const code = this.#size;
    if (code === this.#hashes.length) this.#growCodes();
    const at = this.#ends[code]!;
    this.#growHeap(at + end - start);
    this.#heap.set(bytes.subarray(start, end), at);
    this.#ends[code + 1] = at + end - start;
    this.#hashes[code] = hash;
    this.#slots[slot] = code;
    this.#size = code + 1;
    if (this.#size * 2 > this.#slots.length) this.#growSlots();
    return code;
  }

  #growCodes(): void {
    const capacity = this.#hashes.length * 2;
    this.#hashes = copyInto(new Int32Array(capacity), this.#hashes);
    this.#ends = copyInto(new Float64Array(capacity + 1), this.#ends);
  }

  #growHeap(needed: number): void {
    if (needed <= this.#heap.length) return;
    this.#heap = copyInto(new Uint8Array(Math.max(needed, this.#heap.length * 2)), this.#heap);
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let code = 0; code < this.#size; code++) {
      let slot = this.#hashes[code]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.#slots = slots;
  }
}

/** A hash of a text's UTF-8, the same in every thread and every run. */
export function hashText(text: string): number {
  const bytes = encoder.encode(text);
  return hashUtf8(bytes, 0, bytes.length);
}

function hashUtf8(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return finish(hash);
}

/** Spreads the entropy of a hash over all its bits (the finalizer of MurmurHash3). */
function finish(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The bytes to store instead, if these are no valid UTF-8. */
function canonicalUtf8(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  let seen = 0;
  for (let i = start; i < end; i++) seen |= bytes[i]!;
  if (seen < 0x80) return undefined;
  const text = decoder.decode(bytes.subarray(start, end));
  if (!text.includes("\ufffd")) return undefined;
  const canonical = encoder.encode(text);
  const same = canonical.length === end - start &&
    canonical.every((byte, i) => byte === bytes[start + i]);
  return same ? undefined : canonical;
}

function copyInto<T extends { set(from: T): void }>(target: T, source: T): T {
  target.set(source);
  return target;
}
