import assert from "node:assert/strict";
import { join } from "node:path";
import { BUILT_IN_PLUGINS, builtInPlugin } from "../../../runtime/set/built_in_plugins.ts";
import { loadPlugins } from "../../../runtime/set/mod.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";

const FOLDER = join(import.meta.dirname ?? ".", "../../../plugins");

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("built-in plugins are the folders of plugins/, and compile together", async () => {
  const folders = [...Deno.readDirSync(FOLDER)].filter(({ isDirectory }) => isDirectory);
  assert.deepEqual(folders.map(({ name }) => name).sort(), BUILT_IN_PLUGINS);
  const { compilation } = await loadPlugins(BUILT_IN_PLUGINS, { launcher: createDirectLauncher() });
  assert.deepEqual(compilation.diagnostics, []);
  assert.deepEqual(compilation.plugins.map(({ name }) => name), BUILT_IN_PLUGINS);
});

Deno.test("builtInPlugin() knows no other names, and no paths", () => {
  assert.equal(builtInPlugin("../web"), undefined);
  assert.equal(builtInPlugin("web/mod.ts"), undefined);
  assert.match(builtInPlugin("web") ?? "", /plugins\/web\/mod\.ts$/);
});

for (
  const [how, stream] of Object.entries({
    "as input": "transforms.diff(x: sensors.readings.value)",
    "in a union": "union(sensors.rate_of_change, sensors.rate_of_change)",
    "joined": "readings join sensors.moved on sensor == moved.sensor",
  })
) {
  Deno.test(`loadPlugins() brings the built-in plugins that a template names ${how}`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "own.ts");
      const body = `source readings { sensor string key, at timestamp time, value f64 }
  feature f on ${stream} { n = count() over ever }`;
      await Deno.writeTextFile(
        path,
        `import { plugin } from "featurizer";\nexport default plugin("own")\`\n  ${body}\n\`;\n`,
      );
      const { compilation } = await loadPlugins([path], { launcher: createDirectLauncher() });
      assert.deepEqual(compilation.diagnostics.map(({ message }) => message), []);
      assert.ok(compilation.plugins.some(({ name }) => name === "sensors"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
