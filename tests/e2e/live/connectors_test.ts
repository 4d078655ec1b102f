/** Sources that a server pulls itself, through its config: each row once, across a kill and a restart. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { SeriesFollower } from "./series_follower.ts";
import { linesOf, statusWhere } from "./server_calls.ts";
import { ServerProcess } from "./server_process.ts";

const PLUGIN = `import { plugin } from "featurizer";
export default plugin("shop")\`
  source grown { id string key, at timestamp time, n f64 }
  source made { id string key, at timestamp time, n f64 }
  source lying { id string key, at timestamp time, n f64 }
  feature grown_n on grown { n = n, so_far = count() over ever }
  feature made_n on made { n = n, so_far = count() over ever }
  feature lying_n on lying { n = n, so_far = count() over ever }
\`;
`;

const CONFIG = `plugins: [./shop.ts]
data_sources:
  - { source: shop.grown, kind: tail, path: grown.ndjson }
  - { source: shop.made, kind: synthetic, generator: random_walk, rate: 50/s, seed: 3 }
  - { source: shop.lying, path: lying.ndjson }
feature_configs:
  - { feature_definition: shop.grown_n, name: grown }
  - { feature_definition: shop.made_n, name: made }
  - { feature_definition: shop.lying_n, name: lying }
live: { checkpoint: { interval: 100ms } }
`;

const ROWS = 50;
const SERIES = ["grown", "made", "lying"];

Deno.test("a growing file, made rows and a file come once each, across a kill", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "shop.ts"), PLUGIN);
    await Deno.writeTextFile(join(folder, "live.yaml"), CONFIG);
    await Deno.writeTextFile(join(folder, "grown.ndjson"), rowsAfter(0));
    await Deno.writeTextFile(join(folder, "lying.ndjson"), rowsAfter(0));
    const followers = SERIES.map((name) => new SeriesFollower(name));
    const [grown, made, lying] = followers as [SeriesFollower, SeriesFollower, SeriesFollower];
    const first = await ServerProcess.start(folder);
    for (const follower of followers) await follower.connect(first.url);
    await Promise.all([reaches(grown, ROWS), reaches(made, 10), reaches(lying, ROWS)]);
    await statusWhere(
      first.url,
      ({ pipelines }) => pipelines.every(({ checkpoint }) => checkpoint !== null),
    );
    await first.kill();
    for (const follower of followers) await follower.close();
    await Deno.writeTextFile(join(folder, "grown.ndjson"), rowsAfter(ROWS), { append: true });
    const before = made.rows.length;
    const second = await ServerProcess.start(folder);
    for (const follower of followers) await follower.connect(second.url);
    await Promise.all([reaches(grown, 2 * ROWS), reaches(made, before + 10)]);
    await statusWhere(
      second.url,
      ({ connectors }) =>
        connectors.some(({ source, state }) => source === "shop.lying" && state === "ended"),
    );
    assert.equal(await second.stop(), 0);
    for (const follower of followers) {
      const counts = follower.rows.map(({ so_far }) => so_far);
      assert.deepEqual(counts, counts.map((_, place) => place + 1));
      await follower.close();
    }
    assert.deepEqual(grown.rows.map(({ n }) => n), Array.from({ length: 2 * ROWS }, (_, i) => i));
    assert.equal(lying.rows.length, ROWS);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function rowsAfter(count: number): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const n = count + i;
    return { id: "a", at: new Date(Date.UTC(2024, 4, 1, 9) + n * 1000).toISOString(), n };
  });
  return `${linesOf(rows)}\n`;
}

function reaches(follower: SeriesFollower, count: number): Promise<void> {
  return follower.until(({ so_far }) => Number(so_far) >= count);
}
