/**
 * Per slot, how often each value occurs: one open-addressing table over (slot, value) for all slots, with the
 * entries of a slot linked so that it can be cleared. Adding and removing are O(1).
 */
export class DistinctCounts {
  #mask = 63;
  #table = new Int32Array(64).fill(-1);
  #slots = new Int32Array(64);
  #values = new Float64Array(64);
  #counts = new Int32Array(64);
  #next = new Int32Array(64);
  #previous = new Int32Array(64);
  #entries = 0;
  #free = -1;
  #heads = new Int32Array(64).fill(-1);
  #distinct = new Int32Array(64);
  readonly #bits = new Float64Array(1);
  readonly #words = new Int32Array(this.#bits.buffer);

  add(slot: number, x: number): void {
    this.#ensureSlot(slot);
    const place = this.#find(slot, x);
    const entry = this.#table[place]!;
    if (entry >= 0) {
      this.#counts[entry]!++;
      return;
    }
    this.#insert(place, slot, x);
  }

  remove(slot: number, x: number): void {
    const place = this.#find(slot, x);
    const entry = this.#table[place]!;
    if (entry < 0) throw new RangeError("Cannot remove a value: it was never added");
    if (--this.#counts[entry]! === 0) this.#drop(place, entry);
  }

  clear(slot: number): void {
    if (slot >= this.#heads.length) return;
    for (let entry = this.#heads[slot]!; entry >= 0; entry = this.#heads[slot]!) {
      this.#drop(this.#find(slot, this.#values[entry]!), entry);
    }
  }

  /** Number of distinct values of the slot. */
  count(slot: number): number {
    return slot < this.#distinct.length ? this.#distinct[slot]! : 0;
  }

  /** How often the value occurs in the slot. */
  countOf(slot: number, x: number): number {
    const entry = this.#table[this.#find(slot, x)]!;
    return entry < 0 ? 0 : this.#counts[entry]!;
  }

  /** Calls back with every value of the slot and how often it occurs, in no order that means anything. */
  forEach(slot: number, visit: (value: number, count: number) => void): void {
    if (slot >= this.#heads.length) return;
    for (let entry = this.#heads[slot]!; entry >= 0; entry = this.#next[entry]!) {
      visit(this.#values[entry]!, this.#counts[entry]!);
    }
  }

  /** Puts the slot's values where there is room for `count` of them, in no order that means anything. */
  valuesInto(slot: number, into: Float64Array): void {
    if (slot >= this.#heads.length) return;
    let next = 0;
    for (let entry = this.#heads[slot]!; entry >= 0; entry = this.#next[entry]!) {
      into[next++] = this.#values[entry]!;
    }
  }

  snapshot(): unknown {
    const [slots, values, counts] = [[] as number[], [] as number[], [] as number[]];
    for (let slot = 0; slot < this.#heads.length; slot++) {
      this.forEach(slot, (value, count) => {
        slots.push(slot);
        values.push(value);
        counts.push(count);
      });
    }
    return {
      slots: Int32Array.from(slots),
      values: Float64Array.from(values),
      counts: Int32Array.from(counts),
    };
  }

  restore(snapshot: unknown): void {
    const { slots, values, counts } = snapshot as {
      slots: Int32Array;
      values: Float64Array;
      counts: Int32Array;
    };
    for (let slot = 0; slot < this.#heads.length; slot++) this.clear(slot);
    slots.forEach((slot, i) => {
      this.#ensureSlot(slot);
      const entry = this.#insert(this.#find(slot, values[i]!), slot, values[i]!);
      this.#counts[entry] = counts[i]!;
    });
  }

  #hash(slot: number, x: number): number {
    this.#bits[0] = x;
    let h = Math.imul(this.#words[0]!, 0x85ebca6b) ^ Math.imul(this.#words[1]!, 0xc2b2ae35) ^
      Math.imul(slot, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    return (h ^ (h >>> 13)) & this.#mask;
  }

  /** The place of the entry, or the empty place where it would stand. */
  #find(slot: number, x: number): number {
    let place = this.#hash(slot, x);
    for (;;) {
      const entry = this.#table[place]!;
      if (entry < 0 || (this.#slots[entry] === slot && this.#values[entry] === x)) return place;
      place = (place + 1) & this.#mask;
    }
  }

  #insert(place: number, slot: number, x: number): number {
    let entry = this.#free;
    if (entry >= 0) this.#free = this.#next[entry]!;
    else entry = this.#entries++;
    this.#slots[entry] = slot;
    this.#values[entry] = x;
    this.#counts[entry] = 1;
    const head = this.#heads[slot]!;
    this.#next[entry] = head;
    this.#previous[entry] = -1;
    if (head >= 0) this.#previous[head] = entry;
    this.#heads[slot] = entry;
    this.#distinct[slot]!++;
    this.#table[place] = entry;
    if (this.#entries * 2 > this.#mask) this.#rehash();
    return entry;
  }

  #drop(place: number, entry: number): void {
    const [before, after] = [this.#previous[entry]!, this.#next[entry]!];
    const slot = this.#slots[entry]!;
    if (before >= 0) this.#next[before] = after;
    else this.#heads[slot] = after;
    if (after >= 0) this.#previous[after] = before;
    this.#distinct[slot]!--;
    this.#next[entry] = this.#free;
    this.#free = entry;
    this.#closeGap(place);
  }

  /** Moves later entries of the probe run into the hole, so that no tombstones are needed. */
  #closeGap(hole: number): void {
    let place = hole;
    for (;;) {
      place = (place + 1) & this.#mask;
      const entry = this.#table[place]!;
      if (entry < 0) break;
      const home = this.#hash(this.#slots[entry]!, this.#values[entry]!);
      if (((place - home) & this.#mask) >= ((place - hole) & this.#mask)) {
        this.#table[hole] = entry;
        hole = place;
      }
    }
    this.#table[hole] = -1;
  }

  #rehash(): void {
    const capacity = (this.#mask + 1) * 2;
    const old = this.#table;
    this.#mask = capacity - 1;
    this.#table = new Int32Array(capacity).fill(-1);
    this.#slots = larger(this.#slots, capacity);
    this.#counts = larger(this.#counts, capacity);
    this.#next = larger(this.#next, capacity);
    this.#previous = larger(this.#previous, capacity);
    const values = new Float64Array(capacity);
    values.set(this.#values);
    this.#values = values;
    for (const entry of old) {
      if (entry >= 0) this.#table[this.#find(this.#slots[entry]!, this.#values[entry]!)] = entry;
    }
  }

  #ensureSlot(slot: number): void {
    if (slot < this.#heads.length) return;
    const size = Math.max(slot + 1, this.#heads.length * 2);
    const heads = new Int32Array(size).fill(-1);
    heads.set(this.#heads);
    this.#heads = heads;
    this.#distinct = larger(this.#distinct, size);
  }
}

function larger(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(array);
  return grown;
}
