/** A server that is killed at random instants while rows come in: as if nothing had happened. */
import assert from "node:assert/strict";
import { featurizer } from "../cli_process.ts";
import { Random } from "../../support/random.ts";
import { SeriesFollower } from "./series_follower.ts";
import { ServerProcess } from "./server_process.ts";
import { SERIES, type ShopBatch, shopBatches, writeShop } from "./shop_project.ts";

const KILLS = Number(Deno.env.get("FEATURIZER_KILLS") ?? 15);
const SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 20261123);
const BATCHES_PER_KILL = 12;

/** What a system served: rows by series, and the receipts of all pushes. */
interface Served {
  readonly rows: ReadonlyMap<string, readonly unknown[]>;
  readonly receipts: readonly unknown[];
}

Deno.test(`${KILLS} kills under load change nothing (seed ${SEED})`, async () => {
  const batches = shopBatches(SEED, (KILLS + 1) * BATCHES_PER_KILL);
  const calm = await serve(batches, { kills: 0 });
  const killed = await serve(batches, { kills: KILLS });
  for (const name of SERIES) {
    const [expected, got] = [calm.rows.get(name)!, killed.rows.get(name)!];
    assert.ok(expected.length > 20, `${name} has ${expected.length} rows`);
    assert.deepEqual(got, expected, name);
  }
  assert.deepEqual(killed.receipts, calm.receipts);
});

/** Pushes all batches, follows all series, and verifies the store in the end. */
async function serve(batches: readonly ShopBatch[], { kills }: { kills: number }): Promise<Served> {
  const folder = await Deno.makeTempDir();
  try {
    await writeShop(folder);
    const system = new System(folder, new Random(SEED + kills));
    const receipts = await system.pushAll(batches, kills);
    const rows = await system.finish();
    const { code, out, err } = await featurizer(folder, "verify", "live.yaml", "--json");
    assert.equal(code, 0, `${out}\n${err}`);
    const { served } = JSON.parse(out) as { served: readonly { values: number }[] };
    assert.ok(served.reduce((sum, { values }) => sum + values, 0) >= batches.length, out);
    return { rows, receipts };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

class System {
  readonly #folder: string;
  readonly #random: Random;
  readonly #followers = SERIES.map((name) => [name, new SeriesFollower(name)] as const);
  #server: ServerProcess | undefined;

  constructor(folder: string, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  async pushAll(batches: readonly ShopBatch[], kills: number): Promise<unknown[]> {
    await this.#start();
    const receipts: unknown[] = [];
    const every = Math.ceil(batches.length / (kills + 1));
    for (const [place, batch] of batches.entries()) {
      const dies = kills > 0 && place % every === every - 1 && place < batches.length - 2;
      receipts.push(dies ? await this.#pushThroughDeath(batch) : await push(this.#server!, batch));
      for (const at of batch.readAt) await read(this.#server!, `customer ${place % 12}`, at);
    }
    return receipts;
  }

  async finish(): Promise<ReadonlyMap<string, readonly unknown[]>> {
    const rows = new Map<string, readonly unknown[]>();
    for (const [name, follower] of this.#followers) {
      await follower.until(({ customer }) => customer === "end");
      const end = follower.rows.findIndex(({ customer }) => customer === "end");
      rows.set(name, follower.rows.slice(0, end));
      await follower.close();
    }
    assert.equal(await this.#server!.stop(), 0);
    return rows;
  }

  /** The request is under way when the process dies; the same request is sent again to the next one. */
  async #pushThroughDeath(batch: ShopBatch): Promise<unknown> {
    const server = this.#server!;
    const first = push(server, batch).catch(() => undefined);
    const waits = this.#random.between(0, 40);
    for (let turn = 0; turn < waits; turn++) await new Promise((next) => setTimeout(next, 1));
    await server.kill();
    await first;
    await Promise.all(this.#followers.map(([, follower]) => follower.close()));
    await this.#start();
    return await push(this.#server!, batch);
  }

  async #start(): Promise<void> {
    this.#server = await ServerProcess.start(this.#folder);
    await Promise.all(this.#followers.map(([, follower]) => follower.connect(this.#server!.url)));
  }
}

/** Reads features of every pipeline; the system notes what it answers, for `verify`. */
async function read({ url }: ServerProcess, customer: string, at: string): Promise<void> {
  const response = await fetch(`${url}/v1/online`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ features: SERIES, entities: [{ customer }], at }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** The receipt without what tells a repeated push from a first one. */
async function push({ url }: ServerProcess, { source, key, body }: ShopBatch): Promise<unknown> {
  const response = await fetch(`${url}/v1/events/${source}`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", "idempotency-key": key },
    body,
  });
  const receipt = await response.json();
  assert.equal(response.status, 200, JSON.stringify(receipt));
  const { repeated: _, ...rest } = receipt;
  return rest;
}
