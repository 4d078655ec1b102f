/** Hostile plugins in a server: their own pipelines fail and are named, and all others go on. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { SeriesFollower } from "../e2e/live/series_follower.ts";
import { pushRows, readValue, statusWhere } from "../e2e/live/server_calls.ts";
import { ServerProcess } from "../e2e/live/server_process.ts";

const NINE_MS = Date.UTC(2024, 4, 1, 9);

/** By plugin: what its function does at the fourth row, and what its pipeline then says. */
const HOSTILE: Readonly<Record<string, readonly [act: string, says: RegExp]>> = {
  loops: ["for (;;);", /^Cannot run "loops": one call of its code took more than 1 s$/],
  hoards: [
    "for (;;) kept.push(new Uint8Array(1e7).fill(1));",
    /^Cannot run "hoards": (the process grew by more than 128 MB|its buffers)/,
  ],
  keeps: [
    "while (kept.length < 20) kept.push(new Uint8Array(1e7));",
    /^Cannot run "keeps": its buffers take more memory than it may have outside its heap$/,
  ],
  discards: [
    "Array.prototype.forEach = () => {};",
    /^Cannot run "discards": it threw away rows that it was sent$/,
  ],
  tampers: ["Array.prototype[Symbol.iterator] = function* () {};", /^Cannot run "tampers": /],
};

function pluginOf(name: string, act: string): string {
  return `import { plugin } from "featurizer";
const kept = [];
const f = (x) => { if (x >= 3) { ${act} } return 2 * x; };
export default plugin("${name}")\`
  source rows { k string key, at timestamp time, x f64 } idle 1h
  feature f on rows { y = \${f}(x) as f64 }
\`;
`;
}

Deno.test("plugins that loop, hoard, discard or tamper fail their own pipelines; the innocent one's rows stay", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await writeProject(folder);
    const server = await ServerProcess.start(folder);
    const { url } = server;
    const follower = new SeriesFollower("innocent");
    await follower.connect(url);
    let sent = 0;
    // One after another: while several are silent, the growth of one may be put down to another.
    for (const [name, [, says]] of Object.entries(HOSTILE)) {
      await pushRows(url, "innocent.rows", [rowOf(sent++)]);
      for (const n of [0, 3, 4]) await pushRows(url, `${name}.rows`, [rowOf(n)]);
      await pushRows(url, "innocent.rows", [rowOf(sent++)]);
      const { pipelines } = await statusWhere(
        url,
        ({ pipelines }) =>
          pipelines.some((one) => one.name === `${name}.rows` && one.state === "FAILED"),
      );
      assert.match(pipelines.find((one) => one.name === `${name}.rows`)?.error ?? "", says);
      const asked = { feature: name, entity: { k: "a" }, at: rowOf(9).at };
      assert.equal((await readValue(url, asked)).status, "FAILED", name);
    }
    await pushRows(url, "innocent.rows", [rowOf(sent++)]);
    const expected = Array.from({ length: sent }, (_, n) => 2 * n);
    await follower.until(({ y }) => y === expected.at(-1));
    assert.deepEqual(follower.rows.map(({ y }) => y), expected);
    await follower.close();
    assert.equal(await server.stop(), 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function rowOf(n: number) {
  return { k: "a", at: new Date(NINE_MS + n * 1000).toISOString(), x: n };
}

async function writeProject(folder: string): Promise<void> {
  const acts = Object.entries(HOSTILE).map(([name, [act]]) => [name, act] as const);
  const plugins = [...acts, ["innocent", ""] as const];
  for (const [name, act] of plugins) {
    await Deno.writeTextFile(join(folder, `${name}.ts`), pluginOf(name, act));
  }
  const config = {
    plugins: plugins.map(([name]) => `./${name}.ts`),
    limits: { silence: "4s", heap_mb: 64, buffer_mb: 128 },
    data_sources: plugins.map(([name]) => ({ source: `${name}.rows`, kind: "http" })),
    feature_configs: plugins.map(([name]) => ({ name, feature_definition: `${name}.f` })),
    live: { shards: 2 },
  };
  await Deno.writeTextFile(join(folder, "live.yaml"), JSON.stringify(config));
}
