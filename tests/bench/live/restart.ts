/** How long a server takes to start with much state, beside one that starts with none. */
import { join } from "node:path";
import { ServerProcess } from "../../e2e/live/server_process.ts";
import { EventEncoder, marketEvents, nowUs } from "./market_events.ts";
import { TRADES, writeMarket } from "./market_project.ts";
import { push } from "./push_client.ts";

export interface Restart {
  readonly emptySeconds: number;
  readonly fullSeconds: number;
  /** Of the store with the last checkpoint in it. */
  readonly storeMb: number;
}

const KEYS = 10_000;
const ROWS_PER_BODY = 65_536;
const BODIES = 100;

/** Fills a window with rows, ends the server, which takes a checkpoint, and starts it again. */
export async function measureRestart(): Promise<Restart> {
  const folder = await Deno.makeTempDir();
  try {
    await writeMarket(folder, { features: ["tape"], window: "1h", checkpointEvery: "1h" });
    const [first, emptySeconds] = await timedStart(folder);
    const encoder = new EventEncoder(KEYS);
    const startUs = nowUs();
    for (let place = 0; place < BODIES; place++) {
      const range = { from: place * ROWS_PER_BODY, length: ROWS_PER_BODY, keys: KEYS };
      const body = encoder.encode("arrow", marketEvents(range, (row) => startUs + row));
      await push(first.url, TRADES, { format: "arrow", body });
    }
    await first.stop();
    const { size } = await Deno.stat(join(folder, ".featurizer/store.db"));
    const [second, fullSeconds] = await timedStart(folder);
    await second.stop();
    return { emptySeconds, fullSeconds, storeMb: size / 2 ** 20 };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function timedStart(folder: string): Promise<[ServerProcess, number]> {
  const begun = performance.now();
  const server = await ServerProcess.start(folder);
  return [server, (performance.now() - begun) / 1000];
}

export function restartText({ emptySeconds, fullSeconds, storeMb }: Restart): string {
  const perHundred = (fullSeconds - emptySeconds) / storeMb * 100;
  return `restart with a store of ${storeMb.toFixed(0)} MB: ${fullSeconds.toFixed(2)} s, ` +
    `with none ${emptySeconds.toFixed(2)} s: ${perHundred.toFixed(2)} s per 100 MB`;
}
