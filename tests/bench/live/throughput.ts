/** Rows a second that a server takes over HTTP, each on disk when it is acknowledged, beside a plain loop. */
import { ServerProcess } from "../../e2e/live/server_process.ts";
import {
  type BodyFormat,
  type EventColumns,
  EventEncoder,
  marketEvents,
  nowUs,
} from "./market_events.ts";
import { type MarketFeature, TRADES, writeMarket } from "./market_project.ts";
import { plainSeconds } from "./plain_intake.ts";
import { push } from "./push_client.ts";
import { RowFollower } from "./row_follower.ts";

export interface ThroughputCase {
  readonly format: BodyFormat;
  readonly rowsPerBody: number;
  readonly bodies: number;
  /** Connections that push at once, each the next body when its last one is acknowledged. */
  readonly clients: number;
  /** `bars` among them tell when all rows are through. */
  readonly features: readonly MarketFeature[];
  readonly checkpointEvery?: string;
}

export interface Throughput {
  readonly rows: number;
  readonly ackSeconds: number;
  /** Until the features of the last row were there; as acknowledged where none are computed. */
  readonly throughSeconds: number;
  readonly plainSeconds: number;
}

const KEYS = 1000;
const STEP_US = 1;
const SECOND_US = 1e6;

interface Body {
  readonly events: EventColumns;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export async function measureThroughput(one: ThroughputCase): Promise<Throughput> {
  const folder = await Deno.makeTempDir();
  try {
    const { features, checkpointEvery = "1h" } = one;
    await writeMarket(folder, { features, window: "100ms", lateness: "1s", checkpointEvery });
    const server = await ServerProcess.start(folder);
    try {
      return await pushAll(server.url, one);
    } finally {
      await server.stop();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function pushAll(url: string, one: ThroughputCase): Promise<Throughput> {
  const { format, clients, features } = one;
  const [warmUp, ...bodies] = bodiesOf(one);
  await push(url, TRADES, { format, body: warmUp!.bytes });
  const begun = performance.now();
  const left = bodies.values();
  await Promise.all(Array.from({ length: clients }, async () => {
    for (const { bytes } of left) await push(url, TRADES, { format, body: bytes });
  }));
  const acked = performance.now();
  if (features.includes("bars")) await drain(url, format, [warmUp!, ...bodies]);
  return {
    rows: bodies.length * one.rowsPerBody,
    ackSeconds: (acked - begun) / 1000,
    throughSeconds: (performance.now() - begun) / 1000,
    plainSeconds: plainSeconds(format, bodies),
  };
}

/** Waits for all bars: a row behind them ends the last ones. */
async function drain(url: string, format: BodyFormat, bodies: readonly Body[]): Promise<void> {
  const follower = await RowFollower.open(url, "bars");
  try {
    const behindUs = bodies.at(-1)!.events.time.at(-1)! + 10 * SECOND_US;
    const last = marketEvents({ from: 0, length: 1, keys: 1 }, () => behindUs);
    await push(url, TRADES, { format, body: new EventEncoder(1).encode(format, last) });
    await follower.until(countBars(bodies));
  } finally {
    await follower.close();
  }
}

function countBars(bodies: readonly Body[]): number {
  const bars = new Set<number>();
  for (const { events: { length, time, key } } of bodies) {
    for (let i = 0; i < length; i++) bars.add(Math.floor(time[i]! / SECOND_US) * KEYS + key[i]!);
  }
  return bars.size;
}

function bodiesOf({ format, rowsPerBody, bodies }: ThroughputCase): readonly Body[] {
  const encoder = new EventEncoder(KEYS);
  const startUs = Math.floor(nowUs() / SECOND_US) * SECOND_US;
  return Array.from({ length: bodies + 1 }, (_, place) => {
    const range = { from: place * rowsPerBody, length: rowsPerBody, keys: KEYS };
    const events = marketEvents(range, (row) => startUs + row * STEP_US);
    return { events, bytes: encoder.encode(format, events) };
  });
}
