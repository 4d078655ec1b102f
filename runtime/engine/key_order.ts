/** The order of keys: numbers by value, texts by their UTF-8 bytes, tuples from left to right. */
import { FIRST_BIG } from "../../dsl/types.ts";
import type { FlatColumn } from "../arrow/mod.ts";
import { compareTexts } from "../kernel/mod.ts";
import type { KeyKind } from "./key_kinds.ts";
import type { SlotTable } from "./slots.ts";

export { compareTexts };

/** What keys are compared with besides themselves. */
export interface KeyTexts {
  /** Texts by symbol code. */
  readonly texts: readonly string[];
  /** By key column; without it no number stands for an integer beyond 2^53. */
  readonly kinds?: readonly KeyKind[] | undefined;
}

/** Compares the keys of row i of `left` and row j of `right`. */
export function compareKeys(
  left: readonly FlatColumn[],
  i: number,
  right: readonly FlatColumn[],
  options: KeyTexts & { readonly j: number },
): number {
  const { texts, kinds } = options;
  for (let column = 0; column < left.length; column++) {
    const [a, b] = [left[column]![i]!, right[column]![options.j]!];
    if (a === b) continue;
    const order = left[column] instanceof Int32Array
      ? compareTexts(texts[a] ?? "", texts[b] ?? "")
      : kinds?.[column] === "integer" && (a >= FIRST_BIG || b >= FIRST_BIG)
      ? compareIntegers(a, b, texts)
      : a - b;
    if (order !== 0) return order;
  }
  return 0;
}

function compareIntegers(a: number, b: number, texts: readonly string[]): number {
  const [left, right] = [a, b].map((x) =>
    BigInt(x >= FIRST_BIG ? texts[(x - FIRST_BIG) / 2] ?? 0 : x)
  ) as [bigint, bigint];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Ranks of a table's slots in key order, brought up to date when keys were added. */
export class SlotOrder {
  readonly #table: SlotTable;
  readonly #keyTexts: KeyTexts;
  #ranks: Int32Array<ArrayBuffer> = new Int32Array(0);
  #byRank: Int32Array<ArrayBuffer> = new Int32Array(0);
  #known = 0;

  constructor(table: SlotTable, keyTexts: KeyTexts) {
    this.#table = table;
    this.#keyTexts = keyTexts;
  }

  /** Sorts slots in place by their keys. */
  sort(slots: Int32Array): void {
    if (this.#known !== this.#table.size) this.#rank();
    for (let i = 0; i < slots.length; i++) slots[i] = this.#ranks[slots[i]!]!;
    slots.sort();
    for (let i = 0; i < slots.length; i++) slots[i] = this.#byRank[slots[i]!]!;
  }

  #rank(): void {
    const { size, keys } = this.#table;
    const fresh = Array.from({ length: size - this.#known }, (_, i) => this.#known + i)
      .sort((a, b) => this.#compare(keys, a, b));
    const merged = new Int32Array(size);
    let [old, next] = [0, 0];
    for (let i = 0; i < size; i++) {
      const takesOld = next >= fresh.length ||
        (old < this.#known && this.#compare(keys, this.#byRank[old]!, fresh[next]!) <= 0);
      merged[i] = takesOld ? this.#byRank[old++]! : fresh[next++]!;
    }
    this.#byRank = merged;
    this.#ranks = new Int32Array(size);
    for (let i = 0; i < size; i++) this.#ranks[merged[i]!] = i;
    this.#known = size;
  }

  #compare(keys: readonly FlatColumn[], a: number, b: number): number {
    if (a === 0 || b === 0) return a - b;
    return compareKeys(keys, a, keys, { j: b, ...this.#keyTexts });
  }
}
