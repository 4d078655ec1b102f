/** Every block of the language reference compiles, or fails as it says. */
import assert from "node:assert/strict";
import { z } from "zod";
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

/** What the reference brings in through holes, by the names it gives them. */
const HOLES: Readonly<Record<string, unknown>> = {
  score: (price: number, amount: number) => price * amount,
  range: {
    init: () => ({ low: Infinity, high: -Infinity }),
    add: (state: Range, x: number) => widen(state, x, x),
    merge: (older: Range, newer: Range) => widen(older, newer.low, newer.high),
    result: ({ low, high }: Range) => high < low ? null : high - low,
  },
  keepBest: (state: Best, row: { price: number; ts: number }) => {
    if (state.best !== undefined && row.price <= state.best) return null;
    state.best = row.price;
    return { best: row.price, since: row.ts };
  },
  orderSchema: z.object({
    account: z.string(),
    at: z.date(),
    total: z.number(),
    kind: z.enum(["web", "shop"]),
  }),
};

interface Range {
  low: number;
  high: number;
}

interface Best {
  best?: number;
}

function widen(state: Range, low: number, high: number): Range {
  state.low = Math.min(state.low, low);
  state.high = Math.max(state.high, high);
  return state;
}

function createMarket(template: string): PluginText {
  const parts = template.split(/\$\{(\w+)\}/);
  const raw = parts.filter((_, index) => index % 2 === 0);
  const holes = parts.filter((_, index) => index % 2 === 1).map((name) => HOLES[name]);
  const strings = Object.assign([...raw], { raw });
  return pluginSource("market")(strings, ...holes);
}
