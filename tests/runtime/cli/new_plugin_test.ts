/** A new plugin is right from its first minute. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand } from "./command_call.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("a new plugin passes its cases, the checks and the formatters, and is never overwritten", async () => {
  const folder = await Deno.makeTempDir();
  const launcher = createDirectLauncher();
  try {
    const path = join(folder, "weather");
    const plugin = join(path, "mod.ts");
    const made = await callCommand(["new", "plugin", path]);
    assert.equal(made.code, 0, made.err);
    for (const args of [["test", plugin], ["check", plugin], ["fmt", "--check", plugin]]) {
      const { code, out, err } = await callCommand(args, launcher);
      assert.equal(code, 0, `${args.join(" ")}\n${out}${err}`);
    }
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--check", "--no-config", "--line-width", "100", "weather"],
      cwd: folder,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    await Deno.writeTextFile(plugin, "mine");
    const again = await callCommand(["new", "plugin", path]);
    assert.equal(again.code, 1);
    assert.match(again.err, /FILE_EXISTS/);
    assert.equal(await Deno.readTextFile(plugin), "mine");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a new plugin has a name of the language that is not taken", async () => {
  for (const [name, code] of [["we-a", "PLUGIN_NAME_INVALID"], ["market", "PLUGIN_NAME_TAKEN"]]) {
    const { code: exit, err } = await callCommand(["new", "plugin", name!]);
    assert.equal(exit, 1);
    assert.ok(err.includes(code!), err);
  }
  assert.equal((await callCommand(["new", "config", "x"])).code, 2);
});
