import {
  emptyRanks,
  estimate,
  rankOf,
  registerOf,
  Registers,
  type RegistersSnapshot,
} from "./registers.ts";
import type { ValueHash } from "./value_hash.ts";

interface Sketch {
  readonly registers: Registers;
  readonly ranks: Uint16Array<ArrayBuffer>;
}

type SketchSnapshot = readonly {
  readonly slot: number;
  readonly registers: RegistersSnapshot;
  readonly ranks: Uint16Array<ArrayBuffer>;
}[];

/**
 * Per slot, about how many distinct values came: HyperLogLog with 2^12 registers, standard error 1.6 %. Adding is
 * O(1), the count O(ranks); a slot takes 0.5 to 16 kB, by the number of its values.
 */
export class DistinctSketch {
  readonly #hash: ValueHash;
  #slots: (Sketch | undefined)[] = [];

  constructor(hash: ValueHash) {
    this.#hash = hash;
  }

  add(slot: number, x: number): void {
    const { registers, ranks } = this.#slots[slot] ??= {
      registers: new Registers(),
      ranks: emptyRanks(),
    };
    const hash = this.#hash;
    hash.of(x);
    const register = registerOf(hash.high);
    const rank = rankOf(hash.low, hash.high);
    const known = registers.get(register);
    if (rank <= known) return;
    registers.set(register, rank);
    ranks[known]!--;
    ranks[rank]!++;
  }

  clear(slot: number): void {
    if (slot < this.#slots.length) this.#slots[slot] = undefined;
  }

  count(slot: number): number {
    const sketch = this.#slots[slot];
    return sketch === undefined ? 0 : estimate(sketch.ranks);
  }

  snapshot(): SketchSnapshot {
    return this.#slots.flatMap((sketch, slot) =>
      sketch === undefined
        ? []
        : [{ slot, registers: sketch.registers.snapshot(), ranks: sketch.ranks.slice() }]
    );
  }

  restore(from: SketchSnapshot): void {
    this.#slots = [];
    for (const { slot, registers: saved, ranks } of from) {
      const registers = new Registers();
      registers.restore(saved);
      this.#slots[slot] = { registers, ranks: ranks.slice() };
    }
  }
}
