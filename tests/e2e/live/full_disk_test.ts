/** What a server does when its disk is full: pushes are refused, nothing that was taken is lost, and it goes on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { canMount, startOnSmallDisk } from "../cli_process.ts";
import {
  linesOf,
  type Problem,
  pushRows,
  pushTaken,
  readValue,
  statusOf,
  statusWhere,
  tryPush,
} from "./server_calls.ts";
import { SeriesFollower } from "./series_follower.ts";
import { ServerProcess } from "./server_process.ts";

const MEGABYTES = 12;
const NINE_MS = Date.UTC(2024, 4, 1, 9);
/** Orders of one push. */
const MANY = 1000;

const PLUGIN = `import { plugin } from "featurizer";
export default plugin("shop")\`
  source orders { customer string key, at timestamp time, amount f64 } idle 1h
  feature spent on orders { total = sum(amount), n = count() } over ever
\`;
`;

const CONFIG = `plugins: [./shop.ts]
data_sources: [{ source: shop.orders, kind: http }]
feature_configs: [{ name: spent, feature_definition: shop.spent }]
live: { shards: 2, checkpoint: { interval: 100ms } }
`;

const isPossible = await canMount();
const reason = isPossible ? "" : " (ignored: no process here may have a disk of its own)";

Deno.test({
  name: `a full disk refuses pushes, which may be sent again; with room again all goes on${reason}`,
  ignore: !isPossible,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(join(folder, ".featurizer"));
      await Deno.writeTextFile(join(folder, "shop.ts"), PLUGIN);
      await Deno.writeTextFile(join(folder, "live.yaml"), CONFIG);
      await fillAndEmpty(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function fillAndEmpty(folder: string): Promise<void> {
  const server = await ServerProcess.of(
    startOnSmallDisk(folder, MEGABYTES, "serve", "live.yaml", "--port", "0"),
  );
  const { url, pid } = server;
  const follower = new SeriesFollower("spent");
  await follower.connect(url);
  await pushRows(url, "shop.orders", [orderAt(1)]);
  await statusWhere(url, ({ pipelines: [one] }) => one!.checkpoint !== null);
  const ballast = join(`/proc/${pid}/root`, folder, ".featurizer/ballast");
  fill(ballast);
  let pushed = 1;
  let refused = await tryPush(url, "shop.orders", manyOrders(pushed));
  for (; refused.code === 200; refused = await tryPush(url, "shop.orders", manyOrders(pushed))) {
    pushed += MANY;
  }
  const { code, retry } = refused.body as Problem;
  assert.deepEqual([refused.code, code, retry], [503, "STORE_FULL", "backoff"]);
  assert.equal(refused.headers.get("retry-after"), "1");
  await follower.until(({ n }) => n === pushed);
  const read = { feature: "spent", entity: { customer: "ann" }, at: timeText(100_000) };
  assert.equal((await readValue(url, read)).values.n, pushed);
  assert.deepEqual(await refusedSavepoint(url), [503, "STORE_FULL"]);
  assert.equal((await statusOf(url)).pipelines[0]!.state, "RUNNING");
  await Deno.remove(ballast);
  const receipt = await pushTaken(url, "shop.orders", manyOrders(pushed));
  assert.deepEqual([receipt.first, receipt.repeated], [pushed + 1, false]);
  pushed += MANY;
  await follower.until(({ n }) => n === pushed);
  await statusWhere(url, ({ pipelines: [one] }) => one!.error === null);
  const expected = Array.from({ length: pushed }, (_, i) => i + 1);
  assert.deepEqual(follower.rows.map(({ n }) => n), expected);
  await follower.close();
  assert.equal((await statusOf(url)).sources[0]!.position, pushed);
  assert.equal(await server.stop(), 0);
}

/** What the first savepoint gets for which there is no room: a few may fit in files as they are. */
async function refusedSavepoint(url: string): Promise<readonly [number, string]> {
  for (let i = 1;; i++) {
    const answer = await fetch(`${url}/v1/savepoints/full${i}`, { method: "POST" });
    const { code } = await answer.json();
    if (!answer.ok) return [answer.status, code];
  }
}

/** Writes a file until the disk is full. */
function fill(path: string): void {
  using file = Deno.openSync(path, { write: true, create: true });
  for (let bytes = 1 << 20; bytes >= 1024;) {
    try {
      if (file.writeSync(new Uint8Array(bytes)) < bytes) bytes /= 2;
    } catch {
      bytes /= 2;
    }
  }
}

function manyOrders(after: number): { readonly body: string; readonly key: string } {
  const rows = Array.from({ length: MANY }, (_, i) => orderAt(after + i + 1));
  return { body: linesOf(rows), key: `${after}` };
}

function orderAt(second: number) {
  return { customer: "ann", at: timeText(second), amount: second };
}

function timeText(second: number): string {
  return new Date(NINE_MS + second * 1000).toISOString();
}
