/** Every block of the language reference compiles, or fails as it says. */
import assert from "node:assert/strict";
import { compilePlugins, formatDiagnostic, formatPlugin, type PluginText } from "../../dsl/mod.ts";
import { hashText, pluginSource } from "./plugin_source.ts";

const blocks = [
  ...Deno.readTextFileSync(new URL("../../dsl/README.md", import.meta.url)).matchAll(
    /```feat\n([\s\S]*?)```/g,
  ),
].map((match) => match[1] ?? "");
const good = blocks.filter((block) => !block.startsWith("// fail:"));
const bad = blocks.filter((block) => block.startsWith("// fail:"));

Deno.test("the blocks of the language reference compile together", () => {
  const { diagnostics, plugins } = compilePlugins([createReadme([])], { hash: hashText });
  assert.deepEqual(diagnostics.map(formatDiagnostic), []);
  const names = plugins[0]?.features.map(({ name }) => name) ?? [];
  assert.ok(names.length >= 12, `found only ${names.join(", ")}`);
});

for (const block of bad) {
  const code = /E\d+/.exec(block)?.[0] ?? "";
  Deno.test(`the language reference is right that this is ${code}: ${block.split("\n")[1]}`, () => {
    const { diagnostics } = compilePlugins([createReadme([block])], { hash: hashText });
    assert.deepEqual(diagnostics.map((diagnostic) => diagnostic.code), [code]);
  });
}

Deno.test("the blocks of the language reference are in canonical form", () => {
  for (const block of good) {
    const indented = block.split("\n").map((line) => line === "" ? "" : `  ${line}`).join("\n");
    const plugin = createMarket(`\n${indented}`);
    assert.equal(formatPlugin(plugin).text, plugin.text);
  }
});

function createReadme(more: readonly string[]): PluginText {
  return createMarket([...good, ...more].join("\n"));
}

function createMarket(template: string): PluginText {
  const raw = template.split("${score}");
  const strings = Object.assign([...raw], { raw });
  return pluginSource("market")(strings, ...raw.slice(1).map(() => (x: number) => x));
}
