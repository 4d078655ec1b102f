/** The order of keys: numbers by value, texts by their UTF-8 bytes, tuples from left to right. */
import type { ColumnData } from "../arrow/mod.ts";
import type { SlotTable } from "./slots.ts";

/** Compares texts by code point, which is the order of their UTF-8 bytes. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return byteWeight(x) - byteWeight(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above every other UTF-16 unit. */
function byteWeight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x2000 : unit >= 0xe000 ? unit - 0x800 : unit;
}

/** Compares the keys of row i of `left` and row j of `right`. */
export function compareKeys(
  left: readonly ColumnData[],
  i: number,
  right: readonly ColumnData[],
  options: { readonly j: number; readonly texts: readonly string[] },
): number {
  for (let column = 0; column < left.length; column++) {
    const [a, b] = [left[column]![i]!, right[column]![options.j]!];
    if (a === b) continue;
    const order = left[column] instanceof Int32Array
      ? compareTexts(options.texts[a] ?? "", options.texts[b] ?? "")
      : a - b;
    if (order !== 0) return order;
  }
  return 0;
}

/** Ranks of a table's slots in key order, brought up to date when keys were added. */
export class SlotOrder {
  readonly #table: SlotTable;
  readonly #texts: readonly string[];
  #ranks: Int32Array<ArrayBuffer> = new Int32Array(0);
  #byRank: Int32Array<ArrayBuffer> = new Int32Array(0);
  #known = 0;

  constructor(table: SlotTable, texts: readonly string[]) {
    this.#table = table;
    this.#texts = texts;
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

  #compare(keys: readonly ColumnData[], a: number, b: number): number {
    if (a === 0 || b === 0) return a - b;
    return compareKeys(keys, a, keys, { j: b, texts: this.#texts });
  }
}
