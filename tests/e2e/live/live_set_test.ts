/** A set that is streamed row by row is the set that `run` makes of the same rows. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { featurizer } from "../cli_process.ts";
import { type JsonRow, SeriesFollower } from "./series_follower.ts";
import { pushTaken } from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";
import { SERIES, type ShopBatch, shopBatches, writeShop } from "./shop_project.ts";

const SOURCES = ["shop.orders", "shop.clicks"] as const;
const SPINES = {
  grid: "{ every: 1s, keys: shop.clicks }",
  feature: "{ feature: basket }",
};

for (const [kind, spine] of Object.entries(SPINES)) {
  Deno.test(`a live set with a ${kind} spine equals what run makes of the same rows`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const batches = shopBatches(99, 18);
      await writeProject(folder, spine, batches);
      const expected = await runSet(folder);
      assert.ok(expected.length > 100, `${expected.length} rows`);
      assert.deepEqual(await streamSet(folder, batches, expected.length), expected);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** One config for rows that are pushed, and the same for rows in files. */
async function writeProject(
  folder: string,
  spine: string,
  batches: readonly ShopBatch[],
): Promise<void> {
  await writeShop(folder);
  const configOf = (keysOf: (source: string) => string) =>
    `plugins: [./shop.ts]
start_date: 2024-05-01 09:00:02
end_date: 2024-05-01 09:02:30
spine: ${spine}
data_sources:
${SOURCES.map((source) => `  - { source: ${source}, ${keysOf(source)} }`).join("\n")}
feature_configs:
${SERIES.map((name) => `  - { feature_definition: shop.${name}, name: ${name} }`).join("\n")}
`;
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  await write("live.yaml", configOf(() => "kind: http"));
  await write("set.yaml", configOf((source) => `path: ${source}.ndjson`));
  for (const source of SOURCES) {
    const own = batches.filter((batch) => batch.source === source);
    await write(`${source}.ndjson`, own.map(({ body }) => `${body}\n`).join(""));
  }
}

async function runSet(folder: string): Promise<readonly JsonRow[]> {
  const run = await featurizer(folder, "run", "set.yaml", "--out", "set.arrow");
  assert.equal(run.code, 0, run.err);
  const { code, out, err } = await featurizer(folder, "get-data", "set.arrow", "--json");
  assert.equal(code, 0, err);
  return JSON.parse(out).rows;
}

/** What a subscriber has been given when the server ends. */
async function streamSet(
  folder: string,
  batches: readonly ShopBatch[],
  length: number,
): Promise<readonly JsonRow[]> {
  const server = await ServerProcess.start(folder);
  const follower = new SeriesFollower("set");
  await follower.connect(server.url);
  for (const { source, body, key } of batches) await pushTaken(server.url, source, { body, key });
  await follower.until(() => follower.rows.length >= length);
  assert.equal(await server.stop(), 0);
  await follower.close();
  return follower.rows;
}
