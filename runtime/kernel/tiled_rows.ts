/**
 * What a sliding window of tiles keeps besides the states of its keys: a record per key and tile with rows, and rows
 * only where the window's ends are. Tile i holds the times (i * tileUs, (i + 1) * tileUs].
 *
 * L1 The newest tile is the head; its rows are collected. The tile that the window's start cuts is the tail; its
 *    rows are at hand in order of time. Of tiles between, rows wait in blocks, here or with someone else.
 * L2 Records of one key are linked from the oldest to the newest, all of tiles between head and tail.
 * L3 Whoever takes a block away brings it back before its tile is the tail.
 */
import { grow, release } from "./arrays.ts";

type Numbers = Float64Array<ArrayBuffer>;
type Places = Int32Array<ArrayBuffer>;

/** The rows of one tile, of all keys, in order of time. */
export interface TileBlock {
  readonly tile: number;
  readonly times: Numbers;
  readonly slots: Places;
  /** By operand: its values. */
  readonly values: readonly Numbers[];
}

export interface TiledRowsOptions {
  readonly tileUs: number;
  /** Tiles of a window's length. */
  readonly tiles: number;
  /** Operands that rows keep. */
  readonly values: number;
  /** Words of a key's state in a tile. */
  readonly words: number;
}

interface TileRecords {
  readonly tile: number;
  readonly records: Places;
}

export class TiledRows {
  /** The end of the head tile: a time past it needs a turn. */
  untilUs = -Infinity;
  /** Counts turns. */
  turns = 0;
  /** Rows of the head. */
  rows = 0;
  times: Numbers = new Float64Array(0);
  slots: Places = new Int32Array(0);
  values: Numbers[];
  /** The tail's rows with the states that their keys' rows from there on add up to, and the next row of the key. */
  tail: TileBlock;
  tailStates: Numbers[];
  tailNext: Places = new Int32Array(0);
  /** Records: the states of a key in a tile, and the key's next record. */
  records: Numbers[];
  next: Places = new Int32Array(0);
  readonly #options: TiledRowsOptions;
  #tile = -Infinity;
  #slotOf: Places = new Int32Array(0);
  #free: Places = new Int32Array(0);
  #freed = 0;
  #made = 0;
  #closing: number[] = [];
  #closed: TileRecords[] = [];
  #waiting: TileBlock[] = [];
  /** Tiles whose blocks were taken. */
  #away = new Set<number>();

  constructor(options: TiledRowsOptions) {
    const { values, words } = options;
    this.#options = options;
    this.values = arrays(values);
    this.records = arrays(words);
    this.tailStates = arrays(words);
    this.tail = emptyBlock(values);
  }

  /** Tiles of a window's length. */
  get tiles(): number {
    return this.#options.tiles;
  }

  get tileUs(): number {
    return this.#options.tileUs;
  }

  /** Collects a row of the head; returns its place, where its values are put. */
  put(timeUs: number, slot: number): number {
    const place = this.rows++;
    if (place === this.slots.length) this.#growHead();
    this.times[place] = timeUs;
    this.slots[place] = slot;
    return place;
  }

  /** A record of the head tile for a slot, linked behind its newest. */
  record(slot: number, first: Places, last: Places): number {
    const record = this.#freed > 0 ? this.#free[--this.#freed]! : this.#newRecord();
    this.#slotOf[record] = slot;
    this.next[record] = -1;
    if (first[slot]! < 0) first[slot] = record;
    else this.next[last[slot]!] = record;
    last[slot] = record;
    this.#closing.push(record);
    return record;
  }

  /** Goes on to the tile of a time: the head's records were made. Links of the tail's rows are to be written. */
  turn(timeUs: number, first: Places, tailAt: Places): void {
    this.#closeHead();
    this.#tile = this.#tileOf(timeUs);
    this.untilUs = (this.#tile + 1) * this.#options.tileUs;
    this.turns++;
    const tailTile = this.#tile - this.#options.tiles;
    this.#dropRecords(tailTile, first);
    const { times, slots, values } = this.tail;
    for (let row = 0; row < slots.length; row++) tailAt[slots[row]!] = -1;
    release([times, slots, ...values]);
    if (this.#away.has(tailTile)) {
      throw new Error(`Cannot go on: rows of tile ${tailTile} are away`);
    }
    this.tail = this.#waiting.find(({ tile }) => tile === tailTile) ??
      emptyBlock(this.#options.values);
    this.#waiting = this.#waiting.filter(({ tile }) => tile > tailTile);
    const { length } = this.tail.slots;
    if (this.tailNext.length < length) {
      release([this.tailNext, ...this.tailStates]);
      this.tailNext = new Int32Array(length);
      this.tailStates = arrays(this.#options.words, length);
    }
  }

  /** Blocks of at least so many rows that no time before `beforeUs` needs leave, oldest first. */
  takeBlocks(beforeUs: number, leastRows: number): TileBlock[] {
    const leaves = ({ tile, slots }: TileBlock) =>
      slots.length >= leastRows && (tile + this.tiles) * this.tileUs >= beforeUs;
    const taken = this.#waiting.filter(leaves);
    if (taken.length > 0) this.#waiting = this.#waiting.filter((block) => !leaves(block));
    for (const { tile } of taken) this.#away.add(tile);
    return taken;
  }

  /** No time below it comes any more: blocks that were for such times go. */
  skipTo(untilUs: number): void {
    const isOver = (tile: number) => (tile + this.tiles + 1) * this.tileUs < untilUs;
    for (const { tile, times, slots, values } of this.#waiting) {
      if (isOver(tile)) release([times, slots, ...values]);
    }
    this.#waiting = this.#waiting.filter(({ tile }) => !isOver(tile));
    for (const tile of this.#away) if (isOver(tile)) this.#away.delete(tile);
  }

  /** A block that was taken comes back. */
  bringBack(block: TileBlock): void {
    this.#away.delete(block.tile);
    this.#waiting.push(block);
  }

  snapshot(): unknown {
    const copy: Snapshot = {
      numbers: [this.untilUs, this.turns, this.rows, this.#tile, this.#freed, this.#made],
      head: [this.times, this.slots, ...this.values],
      tail: this.tail,
      tailNext: this.tailNext,
      tailStates: this.tailStates,
      records: this.records,
      links: [this.next, this.#slotOf, this.#free],
      closed: this.#closed,
      waiting: this.#waiting,
      away: this.#away,
    };
    return structuredClone(copy);
  }

  restore(from: unknown): void {
    const kept = from as Snapshot;
    [this.untilUs, this.turns, this.rows, this.#tile, this.#freed, this.#made] = kept.numbers;
    [this.times, this.slots, ...this.values] = kept.head;
    this.tail = kept.tail;
    this.tailNext = kept.tailNext;
    this.tailStates = kept.tailStates;
    this.records = kept.records;
    [this.next, this.#slotOf, this.#free] = kept.links;
    this.#closed = kept.closed;
    this.#waiting = kept.waiting;
    this.#away = kept.away;
  }

  #growHead(): void {
    const room = Math.max(256, this.slots.length * 2);
    const before = [this.times, this.slots, ...this.values];
    this.times = grow(this.times, room, 0);
    this.slots = grow(this.slots, room, 0);
    this.values = this.values.map((values) => grow(values, room, 0));
    release(before);
  }

  #newRecord(): number {
    const record = this.#made++;
    if (record === this.next.length) {
      const room = Math.max(64, record * 2);
      this.next = grow(this.next, room, 0);
      this.#slotOf = grow(this.#slotOf, room, 0);
      this.#free = grow(this.#free, room, 0);
      this.records = this.records.map((words) => grow(words, room, 0));
    }
    return record;
  }

  #closeHead(): void {
    const { rows } = this;
    if (rows === 0) return;
    const tile = this.#tile;
    this.#waiting.push({
      tile,
      times: this.times.slice(0, rows),
      slots: this.slots.slice(0, rows),
      values: this.values.map((values) => values.slice(0, rows)),
    });
    this.#closed.push({ tile, records: Int32Array.from(this.#closing) });
    this.#closing = [];
    this.rows = 0;
  }

  #tileOf(timeUs: number): number {
    const { tileUs } = this.#options;
    const tile = Math.ceil(timeUs / tileUs) - 1;
    if (tile * tileUs >= timeUs) return tile - 1;
    return (tile + 1) * tileUs < timeUs ? tile + 1 : tile;
  }

  /** A key that was forgotten links to none of its records. */
  #dropRecords(lastTile: number, first: Places): void {
    const from = this.#closed.findIndex(({ tile }) => tile > lastTile);
    for (const { records } of this.#closed.splice(0, from < 0 ? this.#closed.length : from)) {
      for (let i = 0; i < records.length; i++) {
        const record = records[i]!;
        const slot = this.#slotOf[record]!;
        if (first[slot] === record) first[slot] = this.next[record]!;
        this.#free[this.#freed++] = record;
      }
    }
  }
}

interface Snapshot {
  readonly numbers: [number, number, number, number, number, number];
  readonly head: [Numbers, Places, ...Numbers[]];
  readonly tail: TileBlock;
  readonly tailNext: Places;
  readonly tailStates: Numbers[];
  readonly records: Numbers[];
  readonly links: [Places, Places, Places];
  readonly closed: TileRecords[];
  readonly waiting: TileBlock[];
  readonly away: Set<number>;
}

function arrays(count: number, length = 0): Numbers[] {
  return Array.from({ length: count }, () => new Float64Array(length));
}

function emptyBlock(values: number): TileBlock {
  return {
    tile: NaN,
    times: new Float64Array(0),
    slots: new Int32Array(0),
    values: arrays(values),
  };
}
