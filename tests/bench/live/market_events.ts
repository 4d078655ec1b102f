/** Rows of the market's sources, as bodies of pushes. */
import { encodeBlock, SymbolTable } from "../../../runtime/arrow/mod.ts";
import { MARKET_COLUMNS } from "./market_project.ts";

export type BodyFormat = "arrow" | "ndjson";

export const MEDIA_TYPES: Readonly<Record<BodyFormat, string>> = {
  arrow: "application/vnd.apache.arrow.stream",
  ndjson: "application/x-ndjson",
};

export interface EventColumns {
  readonly length: number;
  /** Numbers of keys. */
  readonly key: Int32Array<ArrayBuffer>;
  /** Microseconds. */
  readonly time: Float64Array<ArrayBuffer>;
  readonly price: Float64Array<ArrayBuffer>;
}

/** Rows `from` to `from + length`; row i of a source is the same wherever it is cut. */
export function marketEvents(
  { from, length, keys }: { readonly from: number; readonly length: number; readonly keys: number },
  timeUs: (row: number) => number,
): EventColumns {
  const key = new Int32Array(length);
  const time = new Float64Array(length);
  const price = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const row = from + i;
    key[i] = Math.imul(row, 0x9e3779b1) >>> 8;
    key[i]! %= keys;
    time[i] = timeUs(row);
    price[i] = 100 + (row % 1009) / 100;
  }
  return { length, key, time, price };
}

/** Encodes rows; one encoder serves one source, whose keys it names once. */
export class EventEncoder {
  readonly #symbols = new SymbolTable();
  readonly #codes: Int32Array<ArrayBuffer>;
  readonly #names: readonly string[];

  constructor(keys: number) {
    this.#names = Array.from({ length: keys }, (_, i) => `key ${i}`);
    this.#codes = Int32Array.from(this.#names, (name) => this.#symbols.intern(name));
  }

  encode(format: BodyFormat, events: EventColumns): Uint8Array<ArrayBuffer> {
    return format === "arrow" ? this.#arrow(events) : this.#ndjson(events);
  }

  #arrow({ length, key, time, price }: EventColumns): Uint8Array<ArrayBuffer> {
    const codes = new Int32Array(length);
    for (let i = 0; i < length; i++) codes[i] = this.#codes[key[i]!]!;
    return encodeBlock({ length, columns: [codes, time, price] }, MARKET_COLUMNS, this.#symbols);
  }

  #ndjson({ length, key, time, price }: EventColumns): Uint8Array<ArrayBuffer> {
    let text = "";
    for (let i = 0; i < length; i++) {
      text += `{"symbol":"${this.#names[key[i]!]}","at":${time[i]},"price":${price[i]}}\n`;
    }
    return new TextEncoder().encode(text);
  }
}

/** Microseconds since the epoch. */
export function nowUs(): number {
  return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}
