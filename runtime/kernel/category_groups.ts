/**
 * The categories of `per c`: each (slot, category) with rows in a window has a sub-slot, a dense number that indexes
 * the state of the category's aggregates. A slot's categories are linked in their order, so a value walks them
 * without sorting; rows cost one probe. Sub-slots of categories without rows are used again.
 */
import type { NestedType, ValueType } from "../../dsl/types.ts";
import { grow } from "./arrays.ts";
import { type PackedHeap, sizeOf } from "./packed.ts";

interface CategoryGroupsOptions {
  readonly heap: PackedHeap;
  /** The order of symbols; categories are numbers without it. */
  readonly compareKeys?: ((a: number, b: number) => number) | undefined;
}

export class CategoryGroups {
  /** Sub-slots handed out so far, free ones included. */
  used = 0;
  /** By place in order: sub-slots of a slot's categories, and their values, between `list` and `map`. */
  order: Int32Array<ArrayBuffer> = new Int32Array(16);
  results: Float64Array<ArrayBuffer> = new Float64Array(16);
  readonly #heap: PackedHeap;
  readonly #compareKeys: (a: number, b: number) => number;
  /** Sub-slots by hash, open addressing; -1 for none. */
  #table = new Int32Array(32).fill(-1);
  /** By sub-slot. A slot of -1 says that the sub-slot is free; `next` then links free ones. */
  #slots = new Int32Array(16);
  #keys = new Float64Array(16);
  #rows = new Int32Array(16);
  #next = new Int32Array(16);
  #previous = new Int32Array(16);
  /** By slot: its smallest category; -1 for none. */
  #first = new Int32Array(0);
  #free = -1;
  #live = 0;
  #picked = new Int32Array(16);

  constructor({ heap, compareKeys }: CategoryGroupsOptions) {
    this.#heap = heap;
    this.#compareKeys = compareKeys ?? ((a, b) => a - b);
  }

  /** The sub-slot of a category that a row enters. */
  enter(slot: number, key: number): number {
    const found = this.find(slot, key);
    const group = found >= 0 ? found : this.#create(slot, key + 0);
    this.#rows[group]!++;
    return group;
  }

  /** The sub-slot of a category; -1 if it has no rows. */
  find(slot: number, key: number): number {
    const mask = this.#table.length - 1;
    for (let place = hashOf(slot, key) & mask;; place = (place + 1) & mask) {
      const group = this.#table[place]!;
      if (group < 0 || (this.#slots[group] === slot && this.#keys[group] === key)) return group;
    }
  }

  /** The sub-slot of a category that a row leaves; if it has no more rows it must be freed. */
  leave(slot: number, key: number): number {
    const group = this.find(slot, key);
    this.#rows[group]!--;
    return group;
  }

  isEmpty(group: number): boolean {
    return this.#rows[group] === 0;
  }

  /** The sub-slot of a slot's smallest category; -1 for none. */
  first(slot: number): number {
    return slot < this.#first.length ? this.#first[slot]! : -1;
  }

  free(group: number): void {
    this.#unhash(group);
    const [before, after] = [this.#previous[group]!, this.#next[group]!];
    if (before >= 0) this.#next[before] = after;
    else this.#first[this.#slots[group]!] = after;
    if (after >= 0) this.#previous[after] = before;
    this.#slots[group] = -1;
    this.#rows[group] = 0;
    this.#next[group] = this.#free;
    this.#free = group;
    this.#live--;
  }

  /** Lists a slot's categories in `order`; says how many there are. */
  list(slot: number): number {
    let count = 0;
    for (let group = this.first(slot); group >= 0; group = this.#next[group]!) {
      if (count === this.order.length) {
        this.order = grow(this.order, count * 2, 0);
        this.results = grow(this.results, count * 2, 0);
      }
      this.order[count++] = group;
    }
    return count;
  }

  /** Keeps the last `most` listed categories; says how many are left. */
  lastKeys(count: number, most: number): number {
    const from = count - most;
    if (from <= 0) return count;
    this.order.copyWithin(0, from, count);
    return most;
  }

  /** Keeps the listed categories with the `most` largest values, null below all, the smaller key at a tie. */
  largest(count: number, most: number, compare?: (a: number, b: number) => number): number {
    if (count <= most) return count;
    if (this.#picked.length < most) this.#picked = grow(this.#picked, most, 0);
    const [picked, values] = [this.#picked, this.results];
    let size = 0;
    for (let i = 0; i < count; i++) {
      if (size === most && !isAbove(values[i]!, values[picked[size - 1]!]!, compare)) continue;
      if (size < most) size++;
      let place = size - 1;
      while (place > 0 && isAbove(values[i]!, values[picked[place - 1]!]!, compare)) {
        picked[place] = picked[place - 1]!;
        place--;
      }
      picked[place] = i;
    }
    picked.subarray(0, size).sort();
    for (let j = 0; j < size; j++) {
      this.order[j] = this.order[picked[j]!]!;
      values[j] = values[picked[j]!]!;
    }
    return size;
  }

  /** The address of a map of `count` listed categories and their values; null, 0, without one. */
  map(count: number, isSymbol: boolean): number {
    if (count === 0) return 0;
    const address = this.#heap.alloc(1 + 2 * count);
    const { words } = this.#heap;
    words[address] = count;
    for (let i = 0; i < count; i++) {
      const value = this.results[i]!;
      words[address + 1 + 2 * i] = this.#keys[this.order[i]!]!;
      words[address + 2 + 2 * i] = isSymbol && value !== value ? -1 : value;
    }
    return address;
  }

  /** The same where values are addresses in the heap. */
  nestedMap(count: number, type: NestedType): number {
    if (count === 0) return 0;
    const heap = this.#heap;
    let size = 1 + count;
    for (let i = 0; i < count; i++) size += this.#sizeAt(i, type);
    const address = heap.alloc(size);
    const { words } = heap;
    words[address] = count;
    let place = address + 1;
    for (let i = 0; i < count; i++) {
      words[place++] = this.#keys[this.order[i]!]!;
      const from = this.results[i]!;
      const length = this.#sizeAt(i, type);
      if (from === 0) words[place] = -1;
      else words.copyWithin(place, from, from + length);
      place += length;
    }
    return address;
  }

  snapshot(): unknown {
    const { used } = this;
    return {
      slots: this.#slots.slice(0, used),
      keys: this.#keys.slice(0, used),
      rows: this.#rows.slice(0, used),
      next: this.#next.slice(0, used),
      previous: this.#previous.slice(0, used),
      first: this.#first.slice(),
      free: this.#free,
    };
  }

  restore(snapshot: unknown): void {
    const saved = snapshot as {
      slots: Int32Array<ArrayBuffer>;
      keys: Float64Array<ArrayBuffer>;
      rows: Int32Array<ArrayBuffer>;
      next: Int32Array<ArrayBuffer>;
      previous: Int32Array<ArrayBuffer>;
      first: Int32Array<ArrayBuffer>;
      free: number;
    };
    this.used = saved.slots.length;
    const room = Math.max(16, this.used);
    this.#slots = grow(saved.slots, room, 0);
    this.#keys = grow(saved.keys, room, 0);
    this.#rows = grow(saved.rows, room, 0);
    this.#next = grow(saved.next, room, 0);
    this.#previous = grow(saved.previous, room, 0);
    this.#first = saved.first.slice();
    this.#free = saved.free;
    this.#live = 0;
    for (let group = 0; group < this.used; group++) if (this.#slots[group]! >= 0) this.#live++;
    this.#rehash();
  }

  #sizeAt(i: number, type: ValueType): number {
    const address = this.results[i]!;
    return address === 0 ? 1 : sizeOf(type, this.#heap.words, address);
  }

  #create(slot: number, key: number): number {
    const group = this.#take();
    this.#slots[group] = slot;
    this.#keys[group] = key;
    this.#rows[group] = 0;
    this.#link(slot, group);
    if (++this.#live * 2 > this.#table.length) this.#rehash();
    else this.#hash(group);
    return group;
  }

  #take(): number {
    if (this.#free >= 0) {
      const group = this.#free;
      this.#free = this.#next[group]!;
      return group;
    }
    if (this.used === this.#slots.length) {
      const length = this.used * 2;
      this.#slots = grow(this.#slots, length, 0);
      this.#keys = grow(this.#keys, length, 0);
      this.#rows = grow(this.#rows, length, 0);
      this.#next = grow(this.#next, length, 0);
      this.#previous = grow(this.#previous, length, 0);
    }
    return this.used++;
  }

  #link(slot: number, group: number): void {
    if (slot >= this.#first.length) {
      this.#first = grow(this.#first, Math.max(16, slot * 2 + 1), -1);
    }
    const key = this.#keys[group]!;
    let before = -1;
    let after = this.#first[slot]!;
    while (after >= 0 && this.#compareKeys(this.#keys[after]!, key) < 0) {
      before = after;
      after = this.#next[after]!;
    }
    this.#previous[group] = before;
    this.#next[group] = after;
    if (before >= 0) this.#next[before] = group;
    else this.#first[slot] = group;
    if (after >= 0) this.#previous[after] = group;
  }

  #hash(group: number): void {
    const mask = this.#table.length - 1;
    let place = hashOf(this.#slots[group]!, this.#keys[group]!) & mask;
    while (this.#table[place]! >= 0) place = (place + 1) & mask;
    this.#table[place] = group;
  }

  /** Takes the sub-slot out of the table and closes the gap that it leaves. */
  #unhash(group: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let gap = hashOf(this.#slots[group]!, this.#keys[group]!) & mask;
    while (table[gap] !== group) gap = (gap + 1) & mask;
    for (let place = (gap + 1) & mask; table[place]! >= 0; place = (place + 1) & mask) {
      const other = table[place]!;
      const home = hashOf(this.#slots[other]!, this.#keys[other]!) & mask;
      if (((place - home) & mask) >= ((place - gap) & mask)) {
        table[gap] = other;
        gap = place;
      }
    }
    table[gap] = -1;
  }

  #rehash(): void {
    let length = 32;
    while (length < this.#live * 4) length *= 2;
    this.#table = new Int32Array(length).fill(-1);
    for (let group = 0; group < this.used; group++) {
      if (this.#slots[group]! >= 0) this.#hash(group);
    }
  }
}

/** True if `a` comes before `b` when the largest is first; null is below all. */
function isAbove(
  a: number,
  b: number,
  compare: ((a: number, b: number) => number) | undefined,
): boolean {
  if (a !== a) return false;
  if (b !== b) return true;
  return compare ? compare(a, b) > 0 : a > b;
}

const BITS = new Float64Array(1);
const HALVES = new Int32Array(BITS.buffer);

function hashOf(slot: number, key: number): number {
  BITS[0] = key + 0;
  let h = Math.imul(HALVES[0]! ^ Math.imul(HALVES[1]!, 0x9e3779b1), 0x85ebca77);
  h = Math.imul(h ^ (h >>> 15) ^ Math.imul(slot + 1, 0xc2b2ae3d), 0x7feb352d);
  return h ^ (h >>> 16);
}
