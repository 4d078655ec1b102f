/**
 * Packed values: lists, structs, maps and vectors as runs of words.
 * A scalar is one word: a number (null is NaN), a symbol's code (null is -1), a bool as 0 or 1. A list is its length,
 * then its elements; a map its size, then keys and values by turns, in key order; a struct 1, then its fields; a
 * vector 1, then its numbers. Null is -1 alone. A value's address is that of its first word, and 0 is null; the
 * word before the value of a column, a heap or a slot is a header with the number of words, itself included.
 */
import { FIRST_BIG, isNested, type NestedType, type ValueType } from "../../dsl/types.ts";

type Words = Float64Array<ArrayBuffer>;

/** Words that a kernel writes during one call. */
export class PackedHeap {
  words: Words = new Float64Array(0);
  /** How many words are in use. */
  used = 0;

  clear(): void {
    this.used = 0;
  }

  /** Room for a value of `size` words behind its header: where its first word stands. May replace `words`. */
  alloc(size: number): number {
    const start = this.used;
    this.used = start + size + 1;
    if (this.used > this.words.length) this.words = larger(this.words, this.used);
    this.words[start] = size + 1;
    return start + 1;
  }
}

/** How many words the value at the address has. */
export function sizeOf(type: ValueType, words: Float64Array, address: number): number {
  if (!isNested(type)) return 1;
  const count = words[address]!;
  if (count < 0) return 1;
  switch (type.kind) {
    case "vector":
      return 1 + type.length;
    case "list":
      return isNested(type.element) ? sizeOfParts([type.element], words, address) : 1 + count;
    case "map":
      return isNested(type.value)
        ? sizeOfParts([type.key, type.value], words, address)
        : 1 + 2 * count;
    case "struct":
      return sizeOfParts(type.fields.map((field) => field.type), words, address);
  }
}

function sizeOfParts(parts: readonly ValueType[], words: Float64Array, address: number): number {
  let place = address + 1;
  for (let left = words[address]!; left > 0; left--) {
    for (const part of parts) place += sizeOf(part, words, place);
  }
  return place - address;
}

/** The value at the address as JavaScript has it. */
export function unpack(
  type: NestedType,
  words: Float64Array,
  address: number,
  texts: readonly string[],
): unknown {
  return new Reader(words, address, texts).read(type);
}

class Reader {
  readonly #words: Float64Array;
  readonly #texts: readonly string[];
  #place: number;

  constructor(words: Float64Array, place: number, texts: readonly string[]) {
    this.#words = words;
    this.#texts = texts;
    this.#place = place;
  }

  read(type: ValueType): unknown {
    const word = this.#words[this.#place++]!;
    if (!isNested(type)) return scalarOf(type, word, this.#texts);
    if (word < 0) return null;
    switch (type.kind) {
      case "vector": {
        const from = this.#place;
        this.#place += type.length;
        return this.#words.slice(from, this.#place);
      }
      case "list":
        return Array.from({ length: word }, () => this.read(type.element));
      case "map":
        return new Map(
          Array.from({ length: word }, () => [this.read(type.key), this.read(type.value)] as const),
        );
      case "struct":
        return Object.fromEntries(type.fields.map((field) => [field.name, this.read(field.type)]));
    }
  }
}

function scalarOf(type: ValueType, word: number, texts: readonly string[]): unknown {
  if (type.kind === "string" || type.kind === "enum") return word < 0 ? null : texts[word];
  if (word !== word) return null;
  if (type.kind === "bool") return word === 1;
  if (type.kind === "i64" && word >= FIRST_BIG) return BigInt(texts[(word - FIRST_BIG) / 2]!);
  return word;
}

/** Packed values by index, in words of their own; more than half of them is never garbage for long. */
export class PackedSlots {
  words: Words = new Float64Array(0);
  #used = 0;
  #garbage = 0;
  /** Where the value of each index begins; 0 for null. */
  #addresses: Int32Array<ArrayBuffer> = new Int32Array(0);

  /** Where the value begins; it moves when any is set. */
  at(index: number): number {
    return index < this.#addresses.length ? this.#addresses[index]! : 0;
  }

  /** Keeps a copy of `size` words from `address` on. */
  set(index: number, words: Float64Array, address: number, size: number): void {
    this.clear(index);
    if (address === 0) return;
    if (this.#garbage > 1024 && this.#garbage * 2 > this.#used) this.#compact();
    if (index >= this.#addresses.length) {
      const grown = new Int32Array(Math.max(16, index * 2 + 1));
      grown.set(this.#addresses);
      this.#addresses = grown;
    }
    const start = this.#used;
    this.#used += size + 1;
    if (this.#used > this.words.length) this.words = larger(this.words, this.#used);
    this.words[start] = size + 1;
    for (let j = 0; j < size; j++) this.words[start + 1 + j] = words[address + j]!;
    this.#addresses[index] = start + 1;
  }

  clear(index: number): void {
    const address = this.at(index);
    if (address === 0) return;
    this.#garbage += this.words[address - 1]!;
    this.#addresses[index] = 0;
  }

  snapshot(): unknown {
    this.#compact();
    return { words: this.words.slice(0, this.#used), addresses: this.#addresses.slice() };
  }

  restore(snapshot: unknown): void {
    const { words, addresses } = snapshot as { words: Words; addresses: Int32Array<ArrayBuffer> };
    this.words = words.slice();
    this.#used = words.length;
    this.#garbage = 0;
    this.#addresses = addresses.slice();
  }

  #compact(): void {
    const kept = new Float64Array(Math.max(64, this.#used - this.#garbage));
    let used = 0;
    this.#addresses.forEach((address, index) => {
      if (address === 0) return;
      const size = this.words[address - 1]!;
      kept.set(this.words.subarray(address - 1, address - 1 + size), used);
      this.#addresses[index] = used + 1;
      used += size;
    });
    this.words = kept;
    this.#used = used;
    this.#garbage = 0;
  }
}

function larger(words: Words, least: number): Words {
  const grown = new Float64Array(Math.max(64, words.length * 2, least));
  grown.set(words);
  return grown;
}
