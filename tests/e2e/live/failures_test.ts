/** What a server does when its disk, its store or a plugin fails: what was acknowledged stays, the rest goes on. */
import assert from "node:assert/strict";
import { createClient } from "@libsql/client";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { featurizer } from "../cli_process.ts";
import { SeriesFollower } from "./series_follower.ts";
import {
  linesOf,
  type Problem,
  pushRows,
  pushTaken,
  readValue,
  type ServerStatus,
  statusWhere,
  tryPush,
} from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";

const NINE_MS = Date.UTC(2024, 4, 1, 9);
const STORE = ".featurizer/store.db";
const LOG = ".featurizer/store.log.db";

const COUNTED = `import { plugin } from "featurizer";
export default plugin("shop")\`
  source orders { customer string key, at timestamp time, amount f64 } idle 1h
  feature spent on orders { total = sum(amount), n = count() } over ever
\`;
`;

const PLUGINS: Readonly<Record<string, string>> = {
  shop: COUNTED,
  loops: plugin("loops", "(x: number) => { while (x === 3) {} return x; }"),
  eats: plugin(
    "eats",
    "(x: number) => { if (x === 3) kept.push(new Array(1e6).fill(x)); return x; }",
  ),
  throws: plugin(
    "throws",
    '(x: number) => { if (x > 2) throw new Error("three is too much"); return x; }',
  ),
};

/** A plugin whose feature `f` calls a function. */
function plugin(name: string, code: string): string {
  return `import { plugin } from "featurizer";
const kept: unknown[] = [];
const call = ${code};
export default plugin("${name}")\`
  source rows { k string key, at timestamp time, x f64 } idle 1h
  feature f on rows { y = \${call}(x) as f64 }
\`;
`;
}

Deno.test("a locked store delays checkpoints alone; a locked log refuses pushes, which may be sent again", () =>
  inFolder(["shop"], async (folder) => {
    const server = await ServerProcess.start(folder);
    const { url } = server;
    const follower = new SeriesFollower("shop");
    await follower.connect(url);
    await pushOrders(url, 1);
    const before = await statusWhere(url, ({ pipelines: [one] }) => one!.checkpoint !== null);
    const store = await lock(join(folder, STORE));
    await pushOrders(url, 2);
    await follower.until(({ n }) => n === 2);
    const log = await lock(join(folder, LOG));
    const third = { body: linesOf([orderAt(3)]), key: "third" };
    const { code, headers, body } = await tryPush(url, "shop.orders", third);
    assert.deepEqual([code, headers.get("retry-after")], [503, "1"]);
    assert.deepEqual([(body as Problem).code, (body as Problem).retry], [
      "STORE_LOCKED",
      "backoff",
    ]);
    const { pipelines: [behind] } = await statusWhere(
      url,
      ({ pipelines: [one] }) => one!.error !== null,
    );
    assert.equal(behind!.state, "RUNNING");
    assert.match(behind!.error!, /another process keeps it locked/);
    assert.equal(behind!.checkpoint!.id, before.pipelines[0]!.checkpoint!.id);
    const waiting = pushTaken(url, "shop.orders", third);
    await log.release();
    await store.release();
    const receipt = await waiting;
    assert.deepEqual([receipt.first, receipt.last, receipt.repeated], [3, 3, false]);
    await follower.until(({ n }) => n === 3);
    await statusWhere(
      url,
      ({ pipelines: [one] }) => one!.error === null && one!.checkpoint!.id > behind!.checkpoint!.id,
    );
    assert.deepEqual(follower.rows.map(({ n }) => n), [1, 2, 3]);
    await follower.close();
    assert.equal(await server.stop(), 0);
    const { code: verified, out } = await featurizer(folder, "verify", "live.yaml");
    assert.equal(verified, 0, out);
  }));

Deno.test("a plugin that loops, fills its heap or throws 100 times stops its own pipeline, which is named; others go on", () =>
  inFolder(["shop", "loops", "eats", "throws"], async (folder) => {
    const server = await ServerProcess.start(folder);
    const { url } = server;
    const row = (second: number, x: number) => ({ k: "a", at: timeText(second), x });
    const bad = ["loops", "eats", "throws"];
    for (const name of bad) await pushRows(url, `${name}.rows`, [row(1, 1), row(2, 2)]);
    await statusWhere(url, ({ pipelines }) => pipelines.every(({ state }) => state === "RUNNING"));
    await Promise.all(bad.map((name) => {
      const rows = Array.from({ length: 100 }, (_, i) => row(3 + i, 3));
      return pushRows(url, `${name}.rows`, rows);
    }));
    const failed = (status: ServerStatus) =>
      status.pipelines.filter(({ state }) => state === "FAILED").length === bad.length;
    for (let n = 1, done = false; !done; n++) {
      await pushOrders(url, n);
      assert.equal((await readTotal(url)).values.n, n);
      done = await Promise.race([
        statusWhere(url, failed).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100)),
      ]);
    }
    const status = await statusWhere(url, failed);
    const errors = new Map(status.pipelines.map(({ name, error }) => [name, error]));
    assert.match(
      errors.get("loops.rows")!,
      /^Cannot run "loops": one call of its code took more than 1 s$/,
    );
    assert.match(errors.get("eats.rows")!, /^Cannot run "eats": its heap limit was reached$/);
    const thrown = /^Cannot compute "throws\.f" at .*: 100 rows in a row .*three is too much$/;
    assert.match(errors.get("throws.rows")!, thrown);
    for (const name of bad) {
      const asked = { feature: name, entity: { k: "a" }, at: timeText(200) };
      assert.equal((await readValue(url, asked)).status, "FAILED", name);
    }
    assert.equal(await server.stop(), 0);
  }));

function readTotal(url: string) {
  return readValue(url, { feature: "shop", entity: { customer: "ann" }, at: timeText(10_000) });
}

function orderAt(second: number) {
  return { customer: "ann", at: timeText(second), amount: second };
}

async function pushOrders(url: string, ...seconds: readonly number[]): Promise<void> {
  await pushRows(url, "shop.orders", seconds.map(orderAt));
}

function timeText(second: number): string {
  return new Date(NINE_MS + second * 1000).toISOString();
}

/** Holds the write lock of a database, as another process would. */
async function lock(path: string): Promise<{ release(): Promise<void> }> {
  const client = createClient({ url: pathToFileURL(path).href, concurrency: 1 });
  const transaction = await client.transaction("write");
  return {
    release: async () => {
      await transaction.rollback();
      client.close();
    },
  };
}

async function inFolder(
  plugins: readonly string[],
  act: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await writeProject(folder, plugins);
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function writeProject(folder: string, plugins: readonly string[]): Promise<void> {
  const members = plugins.map((name) => name === "shop" ? ["orders", "spent"] : ["rows", "f"]);
  const sources = plugins.map((name, i) => ({ source: `${name}.${members[i]![0]}`, kind: "http" }));
  const features = plugins.map((name, i) => ({
    name,
    feature_definition: `${name}.${members[i]![1]}`,
  }));
  await Deno.writeTextFile(
    join(folder, "live.yaml"),
    JSON.stringify({
      plugins: plugins.map((name) => `./${name}.ts`),
      data_sources: sources,
      feature_configs: features,
      live: { shards: 2, checkpoint: { interval: "100ms" } },
    }),
  );
  for (const name of plugins) await Deno.writeTextFile(join(folder, `${name}.ts`), PLUGINS[name]!);
}
