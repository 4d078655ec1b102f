import assert from "node:assert/strict";
import { join } from "node:path";
import { loadConfig } from "../../runtime/set/mod.ts";
import { featurizer } from "../e2e/cli_process.ts";
import { SeriesFollower } from "../e2e/live/series_follower.ts";
import { ServerProcess } from "../e2e/live/server_process.ts";

const FOLDER = join(import.meta.dirname ?? ".", "../../examples/payments");

const PAYMENTS = [
  { card: "4711", at: "2024-05-01T10:00:00Z", merchant: "bakery", country: "DE", amount: 4.5 },
  { card: "4711", at: "2024-05-01T10:00:40Z", merchant: "station", country: "FR", amount: 60 },
];

const BLOCK = { card: "4711", at: "2024-05-01T10:00:20Z", blocked: true };

async function call(url: string, body?: unknown): Promise<Record<string, unknown>> {
  const init = body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": JSON.stringify(body) },
    body: JSON.stringify(body),
  };
  const response = await fetch(url, init);
  assert.equal(response.status, 200);
  return await response.json();
}

Deno.test("payments are read, streamed, kept through a crash, and verified", async () => {
  const scratch = await Deno.makeTempDir();
  const store = join(scratch, "store.db");
  const follower = new SeriesFollower("refused");
  const read = async ({ url }: ServerProcess) =>
    (await call(`${url}/v1/online/spend?key=4711&at=2024-05-01T10:00:40Z`)).values;
  const values = { total: 64.5, count: 2, mean: 32.25, largest: 60, merchants: 2 };
  const askUnusual = async ({ url }: ServerProcess) => {
    const entity = { card: "4711", amount: 64.5 };
    const request = { features: ["unusual"], entities: [entity], at: "2024-05-01T10:00:40Z" };
    const { results } = await call(`${url}/v1/online`, request);
    const [{ features }] = results as [{ features: { unusual: { values: unknown } } }];
    return features.unusual.values;
  };
  let server: ServerProcess | undefined;
  try {
    server = await ServerProcess.start(FOLDER, "--store", store);
    await call(`${server.url}/v1/events/payments.blocks`, BLOCK);
    const receipt = await call(`${server.url}/v1/events/payments.payments`, PAYMENTS);
    assert.deepEqual([receipt.admitted, receipt.repeated], [2, false]);
    assert.deepEqual(await read(server), values);
    assert.deepEqual(await askUnusual(server), { ratio: 2, blocked: true });

    await follower.connect(server.url);
    await follower.until(({ amount }) => amount === 60);
    assert.deepEqual(follower.rows.map(({ amount, blocked }) => [amount, blocked]), [
      [4.5, false],
      [60, true],
    ]);
    await follower.close();
    await server.kill();

    server = await ServerProcess.start(FOLDER, "--store", store);
    const again = await call(`${server.url}/v1/events/payments.payments`, PAYMENTS);
    assert.deepEqual([again.first, again.last, again.repeated], [1, 2, true]);
    assert.deepEqual(await read(server), values);
    assert.equal(await server.stop(), 0);
    server = undefined;

    const verified = await featurizer(FOLDER, "verify", "live.yaml", "--store", store);
    assert.equal(verified.code, 0, verified.out + verified.err);
    assert.match(verified.out, /equal to the bit/);
  } finally {
    await follower.close();
    await server?.kill();
    await Deno.remove(scratch, { recursive: true });
  }
});

Deno.test("the synthetic config of the payments is one that can be served", async () => {
  const config = await loadConfig(join(FOLDER, "synthetic.yaml"), { purpose: "serve" });
  assert.deepEqual(config.dataSources.map(({ kind }) => kind), ["synthetic"]);
});
