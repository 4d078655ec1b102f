/** The slot tables of a site: one per shape of key, shared by all kernels keyed that way. */
import { asFlat } from "./column.ts";
import type { KeyKind } from "./key_kinds.ts";
import { SlotOrder } from "./key_order.ts";
import { SlotTable, type SlotTableSnapshot } from "./slots.ts";
import type { StreamData } from "./stream_data.ts";

export { SlotOrder, SlotTable };

const MOST_SPARE = 32;

type SiteTablesSnapshot = ReadonlyMap<string, SlotTableSnapshot>;

/** Numbers of all types share a table, so that equal ones have equal slots; their order is a matter of the type. */
export class SiteTables {
  readonly #tables = new Map<string, SlotTable>();
  readonly #orders = new Map<string, SlotOrder>();
  readonly #texts: readonly string[];
  readonly #spare: Int32Array<ArrayBuffer>[] = [];

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  of(kinds: readonly KeyKind[]): { readonly table: SlotTable; readonly order: SlotOrder } {
    const table = this.tableOf(kinds.map((kind) => kind === "text"));
    const name = kinds.join();
    const order = this.#orders.get(name) ?? new SlotOrder(table, { texts: this.#texts, kinds });
    this.#orders.set(name, order);
    return { table, order };
  }

  tableOf(isSymbol: readonly boolean[]): SlotTable {
    const shape = isSymbol.map((symbol) => symbol ? "s" : "n").join("");
    const table = this.#tables.get(shape) ?? new SlotTable(isSymbol);
    this.#tables.set(shape, table);
    return table;
  }

  snapshot(): SiteTablesSnapshot {
    return new Map([...this.#tables].map(([shape, table]) => [shape, table.snapshot()]));
  }

  restore(snapshot: SiteTablesSnapshot): void {
    for (const [shape, keys] of snapshot) {
      this.tableOf([...shape].map((letter) => letter === "s")).restore(keys);
    }
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
    const columns = keys.map((place) => asFlat(data.columns[place]!));
    const table = this.#tables.tableOf(columns.map((column) => column instanceof Int32Array));
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
