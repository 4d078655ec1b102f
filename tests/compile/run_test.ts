/** The embedded files at work, away from the checkout, with the baked permissions and no package cache. */
import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { pushRows } from "../e2e/live/server_calls.ts";
import { ServerProcess } from "../e2e/live/server_process.ts";
import { StreamClient } from "../support/stream_client.ts";
import { canCompile, UnpackedProgram } from "./unpacked_program.ts";

const PLUGIN = `import { plugin } from "featurizer";
import { twice } from "./twice.ts";

export default plugin("till")\`
  source sales {
    shop    string     key
    at      timestamp  time
    amount  f64
  } lateness 0s

  feature takings on sales {
    doubled = \${twice}(amount) as f64
    total   = sum(amount) over 1m
  }
\`;
`;

const CONFIG = `plugins: [./till.ts]
data_sources:
  - { source: till.sales, kind: http }
feature_configs:
  - { feature_definition: till.takings, name: takings }
live: { flush: 2ms }
`;

Deno.test({
  name:
    "embedded files: version, demo, init, doctor, and a user's plugin served, pushed to and followed",
  ignore: !canCompile,
  fn: async (test) => {
    await using program = await UnpackedProgram.create();
    await test.step("version", async () => {
      const { code, out } = await program.run("--version");
      assert.deepEqual([code, out], [0, `featurizer ${manifest.version}\n`]);
    });
    await test.step("demo", async () => {
      const { code, out, err } = await program.run("demo", "--json");
      assert.equal(code, 0, err);
      assert.equal(JSON.parse(out).rows > 100_000, true);
    });
    await test.step("init, and the config it made", async () => {
      assert.equal((await program.run("init", "weather")).code, 0);
      assert.equal((await program.run("test", "weather")).code, 0);
      const made = await program.run("run", "weather/set.yaml", "--json");
      assert.equal(made.code, 0, made.err);
    });
    await test.step("a plugin is kept as it was evaluated, until a file of it changes", async () => {
      await program.write("one.ts", pluginOf("twice"));
      await program.write("factor.ts", "export const factor = 2;\n");
      const listed = async () => (await program.run("features", "one.ts", "--json")).out;
      const first = await listed();
      const kept = await program.keptPlugins();
      assert.equal(await listed(), first);
      assert.equal(await program.keptPlugins(), kept);
      await program.write("factor.ts", "export const factor = 3;\n");
      assert.notEqual(await listed(), first);
      await program.write("one.ts", pluginOf("thrice"));
      assert.match(await listed(), /thrice/);
      assert.equal(await program.keptPlugins(), kept);
    });
    await test.step("doctor", async () => {
      const { code, out } = await program.run("doctor", "--json");
      assert.equal(code, 0, out);
    });
    await test.step("serve", () => serve(program));
  },
});

function pluginOf(feature: string): string {
  return `import { plugin } from "featurizer";
import { factor } from "./factor.ts";

export default plugin("one")\`
  source s { k string key, at timestamp time, x f64 }
  feature ${feature} on s { y = x * \${factor} }
\`;
`;
}

async function serve(program: UnpackedProgram): Promise<void> {
  await program.write("till.ts", PLUGIN);
  await program.write("twice.ts", "export const twice = (amount: number): number => amount * 2;\n");
  await program.write("live.yaml", CONFIG);
  const server = await ServerProcess.of(program.start("serve", "live.yaml", "--port", "0"));
  const client = await StreamClient.open(`${server.url.replace("http", "ws")}/v1/stream`);
  try {
    client.send({ kind: "subscribe", id: "takings", series: "takings", after: 0 });
    await pushRows(
      server.url,
      "till.sales",
      [2, 3, 4].map((amount, second) => ({
        shop: "corner",
        at: `2024-05-01T09:00:0${second}Z`,
        amount,
      })),
    );
    const rows = await client.rows(2);
    assert.deepEqual(rows.map(({ doubled, total }) => [doubled, total]).slice(0, 2), [[4, 2], [
      6,
      5,
    ]]);
  } finally {
    await client[Symbol.asyncDispose]();
    assert.equal(await server.stop(), 0);
  }
}
