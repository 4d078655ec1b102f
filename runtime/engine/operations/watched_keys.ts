/** Keys whose last row is young enough to matter, in key order. */

type Slots = Int32Array<ArrayBuffer>;

export class WatchedKeys {
  readonly #sort: (slots: Slots) => void;
  /** Time of each slot's last row; -Infinity where it is not watched. */
  #last = new Float64Array(64).fill(-Infinity);
  #ordered: Slots = new Int32Array(0);
  #fresh: number[] = [];

  /** `sort` puts slots in the order of their keys. */
  constructor(sort: (slots: Slots) => void) {
    this.#sort = sort;
  }

  get size(): number {
    return this.#ordered.length + this.#fresh.length;
  }

  /** A row of the slot; rows come in order of time. */
  saw(slot: number, timeUs: number): void {
    if (slot >= this.#last.length) this.#grow(slot);
    if (this.#last[slot] === -Infinity) this.#fresh.push(slot);
    this.#last[slot] = timeUs;
  }

  /** Visits all keys in order; those whose last row is older than `sinceUs` are forgotten. */
  forEach(sinceUs: number, visit: (slot: number, lastUs: number) => void): void {
    if (this.#fresh.length > 0) this.#merge();
    const kept = this.#ordered;
    let count = 0;
    for (let i = 0; i < kept.length; i++) {
      const slot = kept[i]!;
      const lastUs = this.#last[slot]!;
      if (lastUs < sinceUs) {
        this.#last[slot] = -Infinity;
        continue;
      }
      kept[count++] = slot;
      visit(slot, lastUs);
    }
    if (count < kept.length) this.#ordered = kept.slice(0, count);
  }

  #merge(): void {
    const all: Slots = new Int32Array(this.size);
    all.set(this.#ordered);
    all.set(this.#fresh, this.#ordered.length);
    this.#sort(all);
    this.#ordered = all;
    this.#fresh = [];
  }

  #grow(slot: number): void {
    const grown = new Float64Array(Math.max(slot + 1, this.#last.length * 2)).fill(-Infinity);
    grown.set(this.#last);
    this.#last = grown;
  }

  snapshot(): { readonly slots: Slots; readonly last: Float64Array } {
    if (this.#fresh.length > 0) this.#merge();
    return { slots: this.#ordered.slice(), last: this.#last.slice() };
  }

  restore({ slots, last }: ReturnType<WatchedKeys["snapshot"]>): void {
    this.#ordered = slots.slice();
    this.#last = last.slice() as Float64Array<ArrayBuffer>;
    this.#fresh = [];
  }
}
