/** The slot tables of a site: one per shape of key, shared by all kernels keyed that way. */
import { SlotOrder } from "./key_order.ts";
import { SlotTable } from "./slots.ts";
import type { StreamData } from "./stream_data.ts";

export { SlotOrder, SlotTable };

const MOST_SPARE = 32;

export class SiteTables {
  readonly #tables = new Map<string, { table: SlotTable; order: SlotOrder }>();
  readonly #texts: readonly string[];
  readonly #spare: Int32Array<ArrayBuffer>[] = [];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  of(isSymbol: readonly boolean[]): { readonly table: SlotTable; readonly order: SlotOrder } {
    const shape = isSymbol.map((symbol) => symbol ? "s" : "n").join("");
    const known = this.#tables.get(shape);
    if (known) return known;
    const table = new SlotTable(isSymbol);
    const made = { table, order: new SlotOrder(table, this.#texts) };
    this.#tables.set(shape, made);
    return made;
  }

  /** An array to write slots into; its content is anything. */
  scratch(length: number): Int32Array<ArrayBuffer> {
    const place = this.#spare.findIndex((spare) => spare.length >= length);
    const [found] = place < 0 ? [] : this.#spare.splice(place, 1);
    return (found ?? new Int32Array(Math.max(length, 1024))).subarray(0, length);
  }

  takeBack(slots: readonly Int32Array<ArrayBuffer>[]): void {
    for (const { buffer } of slots) {
      if (this.#spare.length < MOST_SPARE) this.#spare.push(new Int32Array(buffer));
    }
  }

  /** A cache of slots for one slice. A result of `find` holds only until the table grows. */
  cache(streams: readonly (StreamData | undefined)[]): SlotCache {
    return new SlotCache(this, streams);
  }
}

export class SlotCache {
  readonly #tables: SiteTables;
  readonly #streams: readonly (StreamData | undefined)[];
  readonly #known = new Map<
    string,
    { slots: Int32Array<ArrayBuffer>; size: number; table: SlotTable }
  >();

  readonly #lent: Int32Array<ArrayBuffer>[] = [];

  constructor(tables: SiteTables, streams: readonly (StreamData | undefined)[]) {
    this.#tables = tables;
    this.#streams = streams;
  }

  slotsOf(
    stream: number,
    keys: readonly number[],
    adds: boolean,
  ): { slots: Int32Array<ArrayBuffer>; table: SlotTable } {
    const cacheKey = `${stream}:${keys.join()}`;
    const assigned = this.#known.get("assigned" + cacheKey);
    if (assigned) return assigned;
    const found = this.#known.get(cacheKey);
    if (!adds && found && found.table.size === found.size) return found;
    const data = this.#streams[stream];
    if (!data) throw new RangeError(`Cannot find keys of stream ${stream}: it has no rows yet`);
    const columns = keys.map((place) => data.columns[place]!);
    const { table } = this.#tables.of(columns.map((column) => column instanceof Int32Array));
    const slots = this.#tables.scratch(data.length);
    if (adds) table.assign(columns, slots);
    else table.find(columns, slots);
    const made = { slots, size: table.size, table };
    this.#known.set((adds ? "assigned" : "") + cacheKey, made);
    this.#lent.push(slots);
    return made;
  }

  /** The slice is over: its slots may be overwritten. */
  release(): void {
    this.#tables.takeBack(this.#lent);
  }
}
