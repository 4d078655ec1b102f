/** The compiled program itself, where its runtime is at hand: elsewhere `run_test.ts` stands in for it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { compile } from "../../runtime/release/compile.ts";
import { hostTarget } from "../../runtime/release/targets.ts";

const runtime = Deno.env.get("DENORT_BIN");
const reason = runtime === undefined ? ": DENORT_BIN names no runtime of compiled programs" : "";

Deno.test({
  name: `the compiled program starts, and builds the demo's set${reason}`,
  ignore: runtime === undefined,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      const output = join(folder, "featurizer");
      await compile({ target: hostTarget(), output });
      const run = (...args: string[]) =>
        new Deno.Command(output, {
          args,
          cwd: folder,
          clearEnv: true,
          env: { HOME: folder, NO_COLOR: "1" },
        }).output();
      const version = await run("--version");
      assert.equal(new TextDecoder().decode(version.stdout), `featurizer ${manifest.version}\n`);
      assert.equal((await run("demo")).code, 0);
      assert.equal((await run("doctor")).code, 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
