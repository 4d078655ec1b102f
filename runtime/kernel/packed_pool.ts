import type { ValueType } from "../../dsl/types.ts";
import { type PackedHeap, PackedSlots, sizeOf } from "./packed.ts";

/**
 * Packed values of rows that windows keep, each under a handle: a number from 1 on, which typed arrays hold in its
 * place (NaN and 0 are none). Putting, reading and releasing cost the value's words.
 */
export class PackedPool {
  readonly #slots = new PackedSlots();
  #free = new Int32Array(64);
  #freed = 0;
  #next = 1;

  /** What addresses point into; another array once values were put. */
  get words(): Float64Array {
    return this.#slots.words;
  }

  /** Where the handle's value begins; NaN for none. */
  at(handle: number): number {
    return handle > 0 ? this.#slots.at(handle) : NaN;
  }

  /** A handle for a copy of the value at the address, NaN if that is NaN. */
  put(type: ValueType, address: number, words: Float64Array): number {
    if (address !== address) return NaN;
    const handle = this.#freed > 0 ? this.#free[--this.#freed]! : this.#next++;
    this.#slots.set(handle, words, address, sizeOf(type, words, address));
    return handle;
  }

  /** Releases the handle that is overwritten, then puts. */
  exchange(old: number, type: ValueType, address: number, words: Float64Array): number {
    this.release(old);
    return this.put(type, address, words);
  }

  release(handle: number): void {
    if (!(handle > 0)) return;
    this.#slots.clear(handle);
    if (this.#freed === this.#free.length) {
      const larger = new Int32Array(this.#freed * 2);
      larger.set(this.#free);
      this.#free = larger;
    }
    this.#free[this.#freed++] = handle;
  }

  /** Releases the handles of a ring that stand outside its `count` elements from `first` on. */
  releaseOutside(ring: Float64Array, first: number, count: number): void {
    const mask = ring.length - 1;
    for (let i = count; i < ring.length; i++) this.release(ring[(first + i) & mask]!);
  }

  /** The address of a copy in the heap; null, 0, for none. */
  copyTo(heap: PackedHeap, handle: number): number {
    if (!(handle > 0)) return 0;
    const { words } = this.#slots;
    const from = this.#slots.at(handle);
    const size = words[from - 1]! - 1;
    const made = heap.alloc(size);
    const out = heap.words;
    for (let j = 0; j < size; j++) out[made + j] = words[from + j]!;
    return made;
  }

  snapshot(): unknown {
    return {
      slots: this.#slots.snapshot(),
      free: this.#free.slice(0, this.#freed),
      next: this.#next,
    };
  }

  restore(snapshot: unknown): void {
    const { slots, free, next } = snapshot as {
      slots: unknown;
      free: Int32Array<ArrayBuffer>;
      next: number;
    };
    this.#slots.restore(slots);
    this.#free = new Int32Array(Math.max(64, free.length));
    this.#free.set(free);
    this.#freed = free.length;
    this.#next = next;
  }
}
