/** A client that pushes rows over one connection: as fast as they are taken, or as the clock makes them. */
import { type BodyFormat, MEDIA_TYPES } from "./market_events.ts";

/** Fails unless every row was admitted. */
export async function push(
  url: string,
  source: string,
  { format, body }: { readonly format: BodyFormat; readonly body: Uint8Array<ArrayBuffer> },
): Promise<void> {
  const response = await fetch(`${url}/v1/events/${source}`, {
    method: "POST",
    headers: { "content-type": MEDIA_TYPES[format] },
    body,
  });
  const receipt = await response.json();
  if (response.ok && receipt.late + receipt.malformed + receipt.future === 0) return;
  throw new Error(`Cannot push to "${source}": ${JSON.stringify(receipt)}`);
}

export interface PacedOptions {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** Rows that come into being together. */
  readonly together: number;
  /** Sends rows [from, to); the next ones wait until it is done, and go together. */
  send(from: number, to: number): Promise<void>;
}

/** When rows came into being and were acknowledged, on the clock of `performance`. */
export interface PacedRun {
  readonly rows: number;
  readonly ackMs: readonly number[];
  bornAt(row: number): number;
}

/** Rows come into being by the clock, whether or not those before them are acknowledged. */
export async function pushPaced(options: PacedOptions): Promise<PacedRun> {
  const { seconds, rowsPerSecond, together, send } = options;
  const everyMs = together / rowsPerSecond * 1000;
  const batches = Math.floor(seconds * 1000 / everyMs);
  const begun = performance.now() + everyMs;
  const bornAt = (row: number) => begun + Math.floor(row / together) * everyMs;
  const ackMs: number[] = [];
  let sent = 0;
  while (sent < batches) {
    const waitMs = begun + sent * everyMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const due = Math.min(batches, Math.floor((performance.now() - begun) / everyMs) + 1);
    if (due <= sent) continue;
    await send(sent * together, due * together);
    ackMs.push(performance.now() - bornAt(sent * together));
    sent = due;
  }
  return { rows: batches * together, ackMs, bornAt };
}
