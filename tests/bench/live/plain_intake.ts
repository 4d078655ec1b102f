/** The plain loop that an intake is compared with: the same rows as arrays of this process, nothing stored. */
import type { BodyFormat, EventColumns } from "./market_events.ts";

interface Body {
  readonly events: EventColumns;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Seconds of the fastest of some rounds. */
export function plainSeconds(format: BodyFormat, bodies: readonly Body[]): number {
  const take = format === "arrow" ? copyArrays : parseLines;
  let fastest = Infinity;
  for (let round = 0; round < 3; round++) {
    const begun = performance.now();
    for (const body of bodies) take(body);
    fastest = Math.min(fastest, (performance.now() - begun) / 1000);
  }
  return fastest;
}

function copyArrays({ events: { key, time, price } }: Body): EventColumns {
  return { length: key.length, key: key.slice(), time: time.slice(), price: price.slice() };
}

function parseLines({ bytes, events: { length } }: Body): EventColumns {
  const codes = new Map<string, number>();
  const key = new Int32Array(length);
  const time = new Float64Array(length);
  const price = new Float64Array(length);
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (let i = 0; i < length; i++) {
    const row = JSON.parse(lines[i]!);
    let code = codes.get(row.symbol);
    if (code === undefined) codes.set(row.symbol, code = codes.size);
    key[i] = code;
    time[i] = row.at;
    price[i] = row.price;
  }
  return { length, key, time, price };
}
