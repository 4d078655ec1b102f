/** Every block of the language reference compiles, or fails as it says. */
import assert from "node:assert/strict";
import { compilePlugins, formatDiagnostic, formatPlugin } from "../../dsl/mod.ts";
import { hashText } from "./plugin_source.ts";
import { badBlocks, goodBlocks, marketPlugin, referencePlugin } from "./reference_plugin.ts";

Deno.test("the blocks of the language reference compile together", () => {
  const { diagnostics, plugins } = compilePlugins([referencePlugin()], { hash: hashText });
  assert.deepEqual(diagnostics.map(formatDiagnostic), []);
  const names = plugins[0]?.features.map(({ name }) => name) ?? [];
  assert.ok(names.length >= 12, `found only ${names.join(", ")}`);
});

for (const block of badBlocks) {
  const code = /E\d+/.exec(block)?.[0] ?? "";
  Deno.test(`the language reference is right that this is ${code}: ${block.split("\n")[1]}`, () => {
    const { diagnostics } = compilePlugins([referencePlugin([block])], { hash: hashText });
    assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), [code]);
  });
}

Deno.test("the blocks of the language reference are in canonical form", () => {
  for (const block of goodBlocks) {
    const indented = block.split("\n").map((line) => line === "" ? "" : `  ${line}`).join("\n");
    const plugin = marketPlugin(`\n${indented}`);
    assert.equal(formatPlugin(plugin).text, plugin.text);
  }
});
