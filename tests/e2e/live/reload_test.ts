/** `serve --watch`: edits of a plugin take effect while others push and follow. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openEventLog } from "../../../runtime/store/mod.ts";
import { StreamClient } from "../../support/stream_client.ts";
import { SeriesFollower } from "./series_follower.ts";
import { pushTaken, readValue } from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";

const CONFIG = `plugins: [./p.ts]
data_sources:
  - { source: p.orders, kind: http }
feature_configs:
  - { feature_definition: p.spending, name: spending }
live: { flush: 2ms }
`;

const PLUGIN = `import { plugin } from "featurizer";

export default plugin("p")\`
  source orders { customer string key, at timestamp time, amount f64 } lateness 1s idle 1h

  /// What a customer has spent.
  feature spending on orders { total = sum(amount) over ever }
\`;
`;

Deno.test("serve --watch takes up a change, keeps state and positions, and refuses what does not fit", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  await write("p.ts", PLUGIN);
  await write("live.yaml", CONFIG);
  const server = await ServerProcess.start(folder, "--watch");
  const follower = new SeriesFollower("spending");
  try {
    const { url } = server;
    const push = async (second: number, amount: number) => {
      const at = timeText(second);
      return await pushTaken(url, "p.orders", {
        body: JSON.stringify({ customer: "ann", at, amount }),
      });
    };
    const totalAt = async (second: number, token: string) => {
      const asked = { feature: "spending", entity: { customer: "ann" }, at: timeText(second) };
      return (await readValue(url, { ...asked, token })).values.total;
    };
    await follower.connect(url);
    await push(0, 1);
    assert.equal(await totalAt(1, (await push(1, 2)).token), 3);

    await write("p.ts", PLUGIN.replace("sum(amount)", "sum(amuont)"));
    await server.says(/did you mean "amount"/);
    await server.says(/not reloaded/);
    assert.equal(await totalAt(2, (await push(2, 4)).token), 7);

    const more = PLUGIN.replace(
      "\n`;",
      "\n  feature count on orders { n = count() over ever }\n`;",
    );
    await write("p.ts", more);
    await write(
      "live.yaml",
      CONFIG.replace("live:", "  - { feature_definition: p.count, name: count }\nlive:"),
    );
    await server.says(
      /reloaded\n {2}new, made from the log: count\n {2}with their state: spending/,
    );
    const { token } = await push(3, 8);
    assert.equal(await totalAt(3, token), 15);
    const count = await readValue(url, {
      feature: "count",
      entity: { customer: "ann" },
      at: timeText(3),
      token,
    });
    assert.equal(count.values.n, 4);
    await follower.connect(url);
    await push(30, 16);
    await follower.until((row) => row.total === 15);
    assert.deepEqual(follower.rows.map((row) => row.total), [1, 3, 7, 15]);

    await write("p.ts", more.replace("sum(amount)", "max(amount)"));
    await server.says(/feature "spending" is another one/);
    assert.equal(await totalAt(31, (await push(31, 32)).token), 63);
    const { plugins } = await (await fetch(`${url}/v1/plugins`)).json();
    assert.match(plugins[0].hash, /^[0-9a-f]{64}$/);
  } finally {
    await follower.close();
    assert.equal(await server.stop(), 0);
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("serve makes state again that does not fit, or lets it begin where the log does, when it is told to", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  const most = PLUGIN.replace("total = sum(amount)", "total = max(amount)");
  const onRequest = most.replace(
    "\n`;",
    `
  request tx { customer string key, bid f64 }
  feature ratio on tx join spending { r = bid / spending.total }
  feature count on orders { n = count() over ever }
\`;`,
  );
  const more = ["ratio", "count"].map((name) =>
    `  - { feature_definition: p.${name}, name: ${name} }\n`
  );
  const at = timeText(9);
  const read = async (url: string, feature: string, more = {}) =>
    (await readValue(url, { feature, entity: { customer: "ann", ...more }, at })).values;
  await write("p.ts", PLUGIN);
  await write("live.yaml", CONFIG);
  try {
    await serving(folder, ["--watch", "--from-history"], async (server) => {
      for (const second of [0, 1, 2]) {
        const body = JSON.stringify({ customer: "ann", at: timeText(second), amount: second + 1 });
        await pushTaken(server.url, "p.orders", { body });
      }
      await write("p.ts", most);
      await server.says(/reloaded/);
      assert.deepEqual(await read(server.url, "spending"), { total: 3 });
    });
    {
      await using log = await openEventLog(join(folder, ".featurizer/store.db"));
      await log.prune("p.orders", 3);
    }
    await write("p.ts", onRequest);
    await write("live.yaml", CONFIG.replace("live:", `${more.join("")}live:`));
    await assert.rejects(ServerProcess.start(folder), /LOG_PRUNED|its log begins at row 3/);
    await serving(folder, ["--accept-pruned"], async ({ url }) => {
      assert.deepEqual(await read(url, "spending"), { total: 3 });
      assert.deepEqual(await read(url, "count"), { n: 1 });
      assert.deepEqual(await read(url, "ratio", { bid: 6 }), { r: 2 });
      await using client = await StreamClient.open(`${url.replace("http", "ws")}/v1/stream`);
      client.send({ kind: "subscribe", id: "r", series: "ratio" });
      const refusal = await client.until(({ heard }) => heard.find(({ id }) => id === "r"));
      assert.match(JSON.stringify(refusal), /SERIES_ON_REQUEST/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function serving(
  folder: string,
  args: readonly string[],
  run: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  const server = await ServerProcess.start(folder, ...args);
  try {
    await run(server);
  } finally {
    assert.equal(await server.stop(), 0);
  }
}

function timeText(second: number): string {
  return new Date(Date.UTC(2024, 4, 1, 9) + second * 1000).toISOString();
}
