/** From an event to the frame that tells of it, at a steady rate. */
import { ServerProcess } from "../../e2e/live/server_process.ts";
import { nowUs } from "./market_events.ts";
import { type MarketFeature, QUOTES, TRADES, writeMarket } from "./market_project.ts";
import { type PacedRun, push, pushPaced } from "./push_client.ts";
import { quantile } from "./quantile.ts";
import { RowFollower } from "./row_follower.ts";
import { StampedBodies } from "./stamped_bodies.ts";

export interface LatencyCase {
  readonly title: string;
  readonly series: Extract<MarketFeature, "tape" | "matched">;
  readonly flush: string;
  /** Of all sources together. */
  readonly rowsPerSecond: number;
  readonly seconds: number;
}

export interface Latency {
  /** Milliseconds from the event to the acknowledgement of the rows it went with. */
  readonly ackMs: readonly number[];
  /** Milliseconds from the event to its frame. */
  readonly frameMs: readonly number[];
}

const KEYS = 1000;
/** Rows that come into being together. */
const TOGETHER = 100;
/** Of the seconds, not counted: code is compiled. */
const WARM_UP_SECONDS = 2;

export async function measureLatency(one: LatencyCase): Promise<Latency> {
  const folder = await Deno.makeTempDir();
  try {
    await writeMarket(folder, { features: [one.series], flush: one.flush });
    const server = await ServerProcess.start(folder);
    try {
      return await follow(server.url, one);
    } finally {
      await server.stop();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function follow(url: string, { series, rowsPerSecond, seconds }: LatencyCase) {
  const frames: { readonly last: number; readonly atMs: number }[] = [];
  const follower = await RowFollower.open(url, series, (_, last) => {
    frames.push({ last, atMs: performance.now() });
  });
  try {
    const sources = series === "matched" ? [TRADES, QUOTES] : [TRADES];
    const paced = { seconds: seconds + WARM_UP_SECONDS, together: TOGETHER };
    const rate = rowsPerSecond / sources.length;
    const [trades] = await Promise.all(
      sources.map((source) => feed(url, source, { ...paced, rowsPerSecond: rate })),
    );
    // The last trades of a join wait for quotes that never come.
    const counted = trades!.rows - (series === "matched" ? rate / 2 : 0);
    await follower.until(counted);
    return latencyOf(trades!, frames, { from: WARM_UP_SECONDS * rate, to: counted });
  } finally {
    await follower.close();
  }
}

/** Rows bear the moment they come into being; those that come together stand a microsecond apart. */
function feed(
  url: string,
  source: string,
  paced: {
    readonly seconds: number;
    readonly together: number;
    readonly rowsPerSecond: number;
  },
): Promise<PacedRun> {
  const bodies = new StampedBodies(KEYS);
  const everyUs = paced.together / paced.rowsPerSecond * 1e6;
  const startUs = nowUs();
  const timeUs = (row: number) =>
    startUs + Math.floor(row / paced.together) * everyUs + row % paced.together;
  return pushPaced({
    ...paced,
    send: (from, to) => {
      const body = bodies.stamp(to - from, (row) => timeUs(from + row));
      return push(url, source, { format: "arrow", body });
    },
  });
}

function latencyOf(
  { bornAt, ackMs }: PacedRun,
  frames: readonly { readonly last: number; readonly atMs: number }[],
  { from, to }: { readonly from: number; readonly to: number },
): Latency {
  const frameMs: number[] = [];
  let row = 0;
  for (const { last, atMs } of frames) {
    for (; row < last; row++) {
      if (row >= from && row < to && row % TOGETHER === 0) frameMs.push(atMs - bornAt(row));
    }
  }
  return { ackMs: ackMs.slice(Math.floor(ackMs.length * from / to)), frameMs };
}

export function latencyText({ title }: LatencyCase, { ackMs, frameMs }: Latency): string {
  const both = (values: readonly number[]) =>
    `p50 ${quantile(values, 0.5).toFixed(1)} ms, p99 ${quantile(values, 0.99).toFixed(1)} ms`;
  return `${title.padEnd(34)} acknowledged ${both(ackMs)}; frame ${both(frameMs)}`;
}
