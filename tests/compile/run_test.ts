/** The embedded files at work, away from the checkout, with the baked permissions and no package cache. */
import assert from "node:assert/strict";
import { join } from "node:path";
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
    await test.step("doctor", async () => {
      const { code, out } = await program.run("doctor", "--json");
      assert.equal(code, 0, out);
    });
    await test.step("serve", () => serve(program));
  },
});

async function serve(program: UnpackedProgram): Promise<void> {
  const write = (name: string, text: string) => Deno.writeTextFile(join(program.work, name), text);
  await write("till.ts", PLUGIN);
  await write("twice.ts", "export const twice = (amount: number): number => amount * 2;\n");
  await write("live.yaml", CONFIG);
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
