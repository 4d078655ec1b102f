/** A server under a steady load for `FEATURIZER_SOAK_S` seconds: no row is missing, and its memory stays flat. */
import assert from "node:assert/strict";
import { EventEncoder, marketEvents, nowUs } from "../../bench/live/market_events.ts";
import { QUOTES, TRADES, writeMarket } from "../../bench/live/market_project.ts";
import { growthOf, residentMb } from "../../bench/live/process_memory.ts";
import { type PacedRun, push, pushPaced } from "../../bench/live/push_client.ts";
import { RowFollower } from "../../bench/live/row_follower.ts";
import { ServerProcess } from "./server_process.ts";

const SECONDS = Number(Deno.env.get("FEATURIZER_SOAK_S") ?? 60);
const KEYS = 50;
/** Trades and quotes together. */
const ROWS_PER_SECOND = 20_000;
const TOGETHER = 200;
/** Code is compiled, windows and caches fill. */
const WARM_UP = 0.4;
const MOST_GROWTH = 1.15;
const SAMPLE_MS = 250;

Deno.test({
  name: `${SECONDS} seconds of ${ROWS_PER_SECOND} rows a second leave memory flat`,
  ignore: Deno.build.os !== "linux",
  fn: soak,
});

async function soak(): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const features = ["tape", "bars", "matched"] as const;
    await writeMarket(folder, { features, window: "2s", checkpointEvery: "2s" });
    const server = await ServerProcess.start(folder);
    try {
      await load(server);
    } finally {
      assert.equal(await server.stop(), 0);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function load(server: ServerProcess): Promise<void> {
  const [tape, bars, matched] = await Promise.all(
    ["tape", "bars", "matched"].map((series) => RowFollower.open(server.url, series)),
  );
  const watch = watchServer(server);
  try {
    const [trades] = await Promise.all([TRADES, QUOTES].map((source) => feed(server.url, source)));
    const { samples, reads } = await watch.end();
    await pushLast(server.url);
    // The last trades stand at the bound and wait for later ones.
    await Promise.all([tape!.until(trades!.rows), matched!.until(trades!.rows)]);
    const { firstMb, lastMb, peakMb } = growthOf(samples, WARM_UP);
    console.log(
      `${trades!.rows} trades and as many quotes, ${tape!.rows + matched!.rows + bars!.rows} ` +
        `feature rows, ${reads} reads; resident ${firstMb.toFixed(0)} MB, then ` +
        `${lastMb.toFixed(0)} MB, peak ${peakMb.toFixed(0)} MB`,
    );
    assert.ok(reads > 0 && bars!.rows > 0);
    assert.ok(lastMb <= firstMb * MOST_GROWTH, `memory went from ${firstMb} MB to ${lastMb} MB`);
  } finally {
    await watch.end();
    await Promise.all([tape, bars, matched].map((follower) => follower!.close()));
  }
}

/** Trades as Arrow, quotes as lines. */
function feed(url: string, source: string): Promise<PacedRun> {
  const format = source === TRADES ? "arrow" : "ndjson";
  const encoder = new EventEncoder(KEYS);
  const rowsPerSecond = ROWS_PER_SECOND / 2;
  const startUs = nowUs();
  return pushPaced({
    seconds: SECONDS,
    rowsPerSecond,
    together: TOGETHER,
    send: (from, to) => {
      const range = { from, length: to - from, keys: KEYS };
      const events = marketEvents(range, (row) => startUs + row * 1e6 / rowsPerSecond);
      return push(url, source, { format, body: encoder.encode(format, events) });
    },
  });
}

/** One row of each source behind all others, so that nothing waits for more. */
async function pushLast(url: string): Promise<void> {
  const encoder = new EventEncoder(1);
  const lastUs = nowUs() + 60e6;
  for (const source of [TRADES, QUOTES]) {
    const events = marketEvents({ from: 0, length: 1, keys: 1 }, () => lastUs);
    await push(url, source, { format: "arrow", body: encoder.encode("arrow", events) });
  }
}

/** Samples the memory of the server, and reads a value now and then. */
function watchServer({ pid, url }: ServerProcess) {
  const samples: number[] = [];
  let reads = 0;
  let reading: Promise<void> = Promise.resolve();
  const readOne = async (key: number) => {
    const response = await fetch(`${url}/v1/online/tape?key=key%20${key}`);
    const text = await response.text();
    assert.equal(response.status, 200, text);
    reads++;
  };
  const timer = setInterval(() => {
    samples.push(residentMb(pid));
    const key = samples.length % KEYS;
    reading = reading.then(() => readOne(key));
    // Told where the watch ends.
    reading.catch(() => {});
  }, SAMPLE_MS);
  return {
    async end() {
      clearInterval(timer);
      await reading;
      return { samples, reads };
    },
  };
}
