/** Lists that windows which only add keep per slot: all values, the first few or the last few. */
import type { ValueType } from "../../dsl/types.ts";
import { grow } from "./arrays.ts";
import { type PackedHeap, sizeOf } from "./packed.ts";
import { PackedPool } from "./packed_pool.ts";

interface ListOptions {
  /** Most values of a list. */
  readonly most: number;
  /** A full list drops its oldest value for a new one; otherwise it takes no more. */
  readonly keepsNewest: boolean;
}

/** Numbers or codes. Adding is O(1), a list O(its length); 8 bytes a value. */
export class ValueLists {
  readonly #most: number;
  readonly #keepsNewest: boolean;
  #values: (Float64Array<ArrayBuffer> | undefined)[] = [];
  #sizes: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** Places of the oldest values, which only full lists move. */
  #starts: Int32Array<ArrayBuffer> = new Int32Array(64);

  constructor({ most, keepsNewest }: ListOptions) {
    this.#most = most;
    this.#keepsNewest = keepsNewest;
  }

  /** True if the list takes no more. */
  isClosed(slot: number): boolean {
    return !this.#keepsNewest && this.#sizes[slot] === this.#most;
  }

  /** The value that had to go; NaN for none. */
  add(slot: number, x: number): number {
    if (slot >= this.#sizes.length) this.#enlarge(slot);
    const size = this.#sizes[slot]!;
    if (size === this.#most) return this.#keepsNewest ? this.#rotate(slot, x) : x;
    let values = this.#values[slot];
    if (values === undefined || size === values.length) {
      values = grow(values ?? new Float64Array(0), Math.min(this.#most, Math.max(8, size * 2)), 0);
      this.#values[slot] = values;
    }
    values[size] = x;
    this.#sizes[slot] = size + 1;
    return NaN;
  }

  clear(slot: number): void {
    if (slot >= this.#sizes.length) return;
    this.#values[slot] = undefined;
    this.#sizes[slot] = this.#starts[slot] = 0;
  }

  size(slot: number): number {
    return slot < this.#sizes.length ? this.#sizes[slot]! : 0;
  }

  /** The value at a place from the oldest. */
  at(slot: number, place: number): number {
    const size = this.#sizes[slot]!;
    const index = this.#starts[slot]! + place;
    return this.#values[slot]![index < size ? index : index - size]!;
  }

  /** The address of the list; null, 0, if it is empty. */
  write(slot: number, heap: PackedHeap): number {
    const size = this.size(slot);
    if (size === 0) return 0;
    const address = heap.alloc(1 + size);
    const { words } = heap;
    words[address] = size;
    for (let j = 0; j < size; j++) words[address + 1 + j] = this.at(slot, j);
    return address;
  }

  snapshot(): unknown {
    return {
      lists: this.#values.flatMap((values, slot) =>
        values ? [{ slot, values: values.slice(0, this.#sizes[slot]) }] : []
      ),
      starts: this.#starts.slice(),
    };
  }

  restore(snapshot: unknown): void {
    const { lists, starts } = snapshot as {
      lists: { slot: number; values: Float64Array<ArrayBuffer> }[];
      starts: Int32Array<ArrayBuffer>;
    };
    this.#starts = starts.slice();
    this.#sizes = new Int32Array(starts.length);
    this.#values = [];
    for (const { slot, values } of lists) {
      this.#values[slot] = values.slice();
      this.#sizes[slot] = values.length;
    }
  }

  #rotate(slot: number, x: number): number {
    const values = this.#values[slot]!;
    const start = this.#starts[slot]!;
    const dropped = values[start]!;
    values[start] = x;
    this.#starts[slot] = start + 1 === this.#most ? 0 : start + 1;
    return dropped;
  }

  #enlarge(slot: number): void {
    const length = Math.max(slot + 1, this.#sizes.length * 2);
    this.#sizes = grow(this.#sizes, length, 0);
    this.#starts = grow(this.#starts, length, 0);
  }
}

/** Packed values of one type. Adding costs the value's words. */
export class PackedLists {
  readonly #handles: ValueLists;
  readonly #pool = new PackedPool();
  readonly #type: ValueType;

  constructor(type: ValueType, options: ListOptions) {
    this.#type = type;
    this.#handles = new ValueLists(options);
  }

  add(slot: number, address: number, words: Float64Array): void {
    if (this.#handles.isClosed(slot)) return;
    this.#pool.release(this.#handles.add(slot, this.#pool.put(this.#type, address, words)));
  }

  clear(slot: number): void {
    const size = this.#handles.size(slot);
    for (let j = 0; j < size; j++) this.#pool.release(this.#handles.at(slot, j));
    this.#handles.clear(slot);
  }

  /** The address of the list; null, 0, if it is empty. */
  write(slot: number, heap: PackedHeap): number {
    const count = this.#handles.size(slot);
    if (count === 0) return 0;
    const from = this.#pool.words;
    let size = 1;
    for (let j = 0; j < count; j++) {
      size += sizeOf(this.#type, from, this.#pool.at(this.#handles.at(slot, j)));
    }
    const address = heap.alloc(size);
    const { words } = heap;
    words[address] = count;
    let place = address + 1;
    for (let j = 0; j < count; j++) {
      const value = this.#pool.at(this.#handles.at(slot, j));
      const end = value + sizeOf(this.#type, from, value);
      for (let word = value; word < end; word++) words[place++] = from[word]!;
    }
    return address;
  }

  snapshot(): unknown {
    return { handles: this.#handles.snapshot(), pool: this.#pool.snapshot() };
  }

  restore(snapshot: unknown): void {
    const { handles, pool } = snapshot as { handles: unknown; pool: unknown };
    this.#handles.restore(handles);
    this.#pool.restore(pool);
  }
}
