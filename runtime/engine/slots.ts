/**
 * Keys to slots: dense numbers that index the state of every kernel of a site. Slot 0 stands for every key
 * that was never seen; its state stays empty.
 */
import type { FlatColumn } from "../arrow/mod.ts";

type Slots = Int32Array<ArrayBuffer>;

/** The key of each slot from 1 on, one array per key column; `size` as in the table. */
export interface SlotTableSnapshot {
  readonly size: number;
  readonly keys: readonly FlatColumn[];
}

const UNKNOWN = 0;
const NULL_KEY = -1;

export class SlotTable {
  /** One more than the largest slot in use. */
  size = 1;
  /** The key of each slot, one array per key column. */
  readonly keys: FlatColumn[];
  readonly #isSymbol: readonly boolean[];
  /** Slot by symbol code, for the common case of one symbol. */
  #byCode: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** Open addressing, for all other keys. */
  #table: Int32Array<ArrayBuffer> = new Int32Array(64);
  readonly #bits = new Float64Array(1);
  readonly #words = new Int32Array(this.#bits.buffer);

  constructor(isSymbol: readonly boolean[]) {
    this.#isSymbol = isSymbol;
    this.keys = isSymbol.map((symbol) => symbol ? new Int32Array(16) : new Float64Array(16));
    if (isSymbol.length === 0) this.size = 2;
  }

  /** Writes the slots of rows, new keys getting new ones; -1 where a key column is null. */
  assign(columns: readonly FlatColumn[], slots: Slots): Slots {
    return this.#map(columns, slots, true);
  }

  /** Writes the slots of queries: 0 for keys never seen, -1 where a key column is null. */
  find(columns: readonly FlatColumn[], slots: Slots): Slots {
    return this.#map(columns, slots, false);
  }

  snapshot(): SlotTableSnapshot {
    return { size: this.size, keys: this.keys.map((column) => column.slice(1, this.size)) };
  }

  /** Gives the keys of a snapshot their slots again; only for a table without keys. */
  restore({ size, keys }: SlotTableSnapshot): void {
    if (keys.length > 0) this.assign(keys, new Int32Array(size - 1));
  }

  #map(columns: readonly FlatColumn[], slots: Slots, adds: boolean): Slots {
    const first = columns[0];
    if (first === undefined) return slots.fill(1);
    if (columns.length === 1 && first instanceof Int32Array) this.#mapCodes(first, slots, adds);
    else this.#mapTuples(columns, slots, adds);
    return slots;
  }

  #mapCodes(codes: Int32Array<ArrayBuffer>, slots: Slots, adds: boolean): void {
    let byCode = this.#byCode;
    for (let i = 0; i < slots.length; i++) {
      const code = codes[i]!;
      const slot = code >>> 0 < byCode.length ? byCode[code]! : code < 0 ? NULL_KEY : UNKNOWN;
      if (slot === UNKNOWN && adds) {
        slots[i] = this.#newCode(code);
        byCode = this.#byCode;
      } else {
        slots[i] = slot;
      }
    }
  }

  #newCode(code: number): number {
    const slot = this.#newSlot();
    this.keys[0]![slot] = code;
    if (code >= this.#byCode.length) this.#byCode = larger(this.#byCode, Math.max(64, code + 1));
    this.#byCode[code] = slot;
    return slot;
  }

  #mapTuples(columns: readonly FlatColumn[], slots: Slots, adds: boolean): void {
    for (let i = 0; i < slots.length; i++) {
      if (hasNull(columns, i)) {
        slots[i] = NULL_KEY;
        continue;
      }
      let place = this.#place(columns, i);
      let slot = this.#table[place]!;
      if (slot === UNKNOWN && adds) {
        if (this.size * 2 > this.#table.length) {
          this.#rehash();
          place = this.#place(columns, i);
        }
        slot = this.#newSlot();
        this.#table[place] = slot;
        for (let j = 0; j < columns.length; j++) this.keys[j]![slot] = columns[j]![i]!;
      }
      slots[i] = slot;
    }
  }

  /** Where the key of row i stands in the table, or would stand. */
  #place(columns: readonly FlatColumn[], i: number): number {
    const mask = this.#table.length - 1;
    let place = hashRow(columns, i, this.#bits, this.#words) & mask;
    for (;;) {
      const slot = this.#table[place]!;
      if (slot === UNKNOWN || this.#equals(columns, i, slot)) return place;
      place = (place + 1) & mask;
    }
  }

  #equals(columns: readonly FlatColumn[], i: number, slot: number): boolean {
    for (let j = 0; j < columns.length; j++) {
      if (columns[j]![i] !== this.keys[j]![slot]) return false;
    }
    return true;
  }

  #newSlot(): number {
    const slot = this.size++;
    const room = this.keys[0]?.length ?? 0;
    if (slot >= room) {
      this.keys.forEach((column, j) => {
        const grown = this.#isSymbol[j] ? new Int32Array(room * 2) : new Float64Array(room * 2);
        grown.set(column);
        this.keys[j] = grown;
      });
    }
    return slot;
  }

  #rehash(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    for (let slot = 1; slot < this.size; slot++) {
      this.#table[this.#place(this.keys, slot)] = slot;
    }
  }
}

/** A hash of the key in row i: equal keys have equal hashes, 0 and -0 too. */
function hashRow(
  columns: readonly FlatColumn[],
  i: number,
  bits: Float64Array,
  words: Int32Array,
): number {
  let h = 0x9e3779b1;
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    if (column instanceof Int32Array) {
      h = Math.imul(h ^ column[i]!, 0x85ebca6b);
    } else {
      bits[0] = column[i]! + 0;
      h = Math.imul(h ^ words[0]!, 0x85ebca6b);
      h = Math.imul(h ^ words[1]!, 0xc2b2ae35);
    }
    h ^= h >>> 15;
  }
  h = Math.imul(h ^ (h >>> 13), 0x2c1b3c6d);
  return h ^ (h >>> 16);
}

function hasNull(columns: readonly FlatColumn[], i: number): boolean {
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    const value = column[i]!;
    if (column instanceof Int32Array ? value < 0 : value !== value) return true;
  }
  return false;
}

function larger(array: Int32Array<ArrayBuffer>, least: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(Math.max(least, array.length * 2));
  grown.set(array);
  return grown;
}
