/** Arrow bodies that differ in nothing but their rows' times: encoded once a length, then stamped. */
import { type EventColumns, EventEncoder, marketEvents } from "./market_events.ts";

interface Template {
  readonly body: Uint8Array<ArrayBuffer>;
  /** The times within `body`, microseconds. */
  readonly times: BigInt64Array<ArrayBuffer>;
}

/** A time that no other value of a body has the bytes of. */
const SENTINEL_US = 0x5a5a_5a5a_5a5a;

export class StampedBodies {
  readonly #encoder: EventEncoder;
  readonly #keys: number;
  readonly #templates = new Map<number, Template>();

  constructor(keys: number) {
    this.#encoder = new EventEncoder(keys);
    this.#keys = keys;
  }

  /** A body of `length` rows; it holds until the next call of the same length. */
  stamp(length: number, timeUs: (row: number) => number): Uint8Array<ArrayBuffer> {
    const { body, times } = this.#template(length);
    for (let i = 0; i < length; i++) times[i] = BigInt(timeUs(i));
    return body;
  }

  #template(length: number): Template {
    let template = this.#templates.get(length);
    if (!template) {
      const events = marketEvents({ from: 0, length, keys: this.#keys }, (i) => SENTINEL_US + i);
      template = this.#encode(events);
      this.#templates.set(length, template);
    }
    return template;
  }

  #encode(events: EventColumns): Template {
    const encoded = this.#encoder.encode("arrow", events);
    const body = new Uint8Array(encoded);
    const words = new BigInt64Array(body.buffer, 0, body.byteLength >> 3);
    const at = words.indexOf(BigInt(SENTINEL_US));
    if (at < 0) throw new Error("Cannot stamp a body: its times are not aligned");
    return { body, times: words.subarray(at, at + events.length) };
  }
}
