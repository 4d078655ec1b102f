/**
 * Values across the border to the user's functions: as JavaScript has them there, as words here. What comes
 * back is checked against its declared type, part by part.
 */
import {
  FIRST_BIG,
  isNested,
  type NestedType,
  printType,
  type ValueType,
} from "../../dsl/types.ts";
import { compareTexts, type PackedHeap, unpack } from "../kernel/mod.ts";
import { RowError } from "./row_error.ts";

const MOST_INTEGER = 2n ** 63n - 1n;

export interface ForeignOptions {
  readonly texts: readonly string[];
  intern(text: string): number;
  readonly heap: PackedHeap;
}

export class ForeignValues {
  readonly #texts: readonly string[];
  readonly #intern: (text: string) => number;
  readonly #heap: PackedHeap;

  constructor({ texts, intern, heap }: ForeignOptions) {
    this.#texts = texts;
    this.#intern = intern;
    this.#heap = heap;
  }

  /** An i64, exact. */
  integerOf(value: number): number | bigint {
    return value < FIRST_BIG ? value : BigInt(this.#texts[(value - FIRST_BIG) / 2]!);
  }

  /** A word that stands in a column or in the words of a packed value, as JavaScript has it. */
  valueOf(type: ValueType, word: number, words: Float64Array): unknown {
    switch (type.kind) {
      case "string":
      case "enum":
        return word < 0 ? null : this.#texts[word];
      case "bool":
        return word === word ? word === 1 : null;
      case "i64":
        return word === word ? this.integerOf(word) : null;
      default:
        if (isNested(type)) return word === 0 ? null : unpack(type, words, word, this.#texts);
        return word === word ? word : null;
    }
  }

  /** The word of a value: a number, a code, or an address in the heap; `what` names the value in errors. */
  wordOf(type: ValueType, value: unknown, what: string): number {
    if (value === null || value === undefined) return absent(type);
    if (!isNested(type)) return this.#scalar(type, value, what);
    const words: number[] = [];
    this.#append(type, value, { words, what });
    const address = this.#heap.alloc(words.length);
    this.#heap.words.set(words, address);
    return address;
  }

  /** Refuses a value. */
  wrongType(value: unknown, wanted: string, what: string): never {
    throw wrong(value, wanted, what);
  }

  #scalar(type: ValueType, value: unknown, what: string): number {
    switch (type.kind) {
      case "bool":
        if (typeof value === "boolean") return value ? 1 : 0;
        break;
      case "string":
        // Halves of surrogate pairs have no bytes of their own: two texts would be one in every file.
        if (typeof value === "string") return this.#intern(value.toWellFormed());
        break;
      case "enum":
        if (typeof value === "string" && type.values.includes(value)) return this.#intern(value);
        break;
      case "i64":
        if (typeof value === "bigint") return this.#integer(value, what);
        if (typeof value === "number" && (value !== value || Number.isSafeInteger(value))) {
          return value + 0;
        }
        break;
      case "i32":
        if (typeof value === "number" && (value !== value || value === (value | 0))) {
          return value + 0;
        }
        break;
      case "timestamp":
      case "duration":
        if (typeof value === "number") return finite(Math.floor(value));
        break;
      case "f32":
        if (typeof value === "number") return finite(Math.fround(value));
        break;
      default:
        if (typeof value === "number") return finite(value);
    }
    throw wrong(value, printType(type), what);
  }

  #integer(value: bigint, what: string): number {
    const exact = Number(value);
    if (Number.isSafeInteger(exact)) return exact;
    if (value > MOST_INTEGER || value < -MOST_INTEGER - 1n) throw wrong(value, "i64", what);
    return FIRST_BIG + 2 * this.#intern(String(value));
  }

  #append(
    type: ValueType,
    value: unknown,
    { words, what }: { words: number[]; what: string },
  ): void {
    if (!isNested(type)) {
      words.push(
        value === null || value === undefined ? absent(type) : this.#scalar(type, value, what),
      );
      return;
    }
    if (value === null || value === undefined) {
      words.push(-1);
      return;
    }
    this.#appendNested(type, value, { words, what });
  }

  #appendNested(
    type: NestedType,
    value: NonNullable<unknown>,
    { words, what }: { words: number[]; what: string },
  ): void {
    switch (type.kind) {
      case "list": {
        if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
          throw wrong(value, printType(type), what);
        }
        const items = Array.from(value as ArrayLike<unknown>);
        words.push(items.length);
        items.forEach((item, index) =>
          this.#append(type.element, item, { words, what: `${what}[${index}]` })
        );
        return;
      }
      case "vector": {
        const items = Array.isArray(value) || ArrayBuffer.isView(value)
          ? Array.from(value as ArrayLike<unknown>)
          : [];
        if (items.length !== type.length) throw wrong(value, printType(type), what);
        words.push(1);
        for (const item of items) this.#append({ kind: "f64" }, item, { words, what });
        return;
      }
      case "struct": {
        if (typeof value !== "object" || Array.isArray(value)) {
          throw wrong(value, printType(type), what);
        }
        words.push(1);
        for (const { name, type: inner } of type.fields) {
          const part = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : null;
          this.#append(inner, part, { words, what: `${what}.${name}` });
        }
        return;
      }
      case "map":
        this.#appendMap(type, value, { words, what });
    }
  }

  /** Entries in key order; a plain object is a map with texts as keys. */
  #appendMap(
    type: Extract<NestedType, { kind: "map" }>,
    value: NonNullable<unknown>,
    { words, what }: { words: number[]; what: string },
  ): void {
    if (typeof value !== "object" || Array.isArray(value)) {
      throw wrong(value, printType(type), what);
    }
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    const keyed = entries.map(([key, item]) => ({
      key: this.#scalar(type.key, key, `a key of ${what}`),
      item: item as unknown,
      text: String(key),
    }));
    const isText = type.key.kind === "string" || type.key.kind === "enum";
    keyed.sort((a, b) => isText ? compareTexts(a.text, b.text) : a.key - b.key);
    words.push(keyed.length);
    for (const { key, item, text } of keyed) {
      words.push(key);
      this.#append(type.value, item, { words, what: `${what}[${text}]` });
    }
  }
}

/** The word of null. */
export function absent(type: ValueType): number {
  if (isNested(type)) return 0;
  return type.kind === "string" || type.kind === "enum" ? -1 : NaN;
}

function finite(value: number): number {
  return value - value === 0 ? value + 0 : NaN;
}

function wrong(value: unknown, wanted: string, what: string): RowError {
  const shown = typeof value === "number" || typeof value === "string" || typeof value === "bigint"
    ? JSON.stringify(String(value).slice(0, 60)).replace(
      /^"(.*)"$/,
      typeof value === "string" ? '"$1"' : "$1",
    )
    : Array.isArray(value)
    ? `a list of ${value.length}`
    : `a ${typeof value}`;
  return new RowError(
    "FUNCTION_RESULT",
    `${what} is ${shown} where ${wanted} or null was expected`,
  );
}
