/** The language reference as a plugin: its blocks, and what they bring in through holes. */
import { z } from "zod";
import type { PluginText } from "../../dsl/mod.ts";
import { pluginSource } from "./plugin_source.ts";

const blocks = [
  ...Deno.readTextFileSync(new URL("../../dsl/README.md", import.meta.url)).matchAll(
    /```feat\n([\s\S]*?)```/g,
  ),
].map((match) => match[1] ?? "");

/** Blocks of one plugin. */
export const goodBlocks = blocks.filter((block) => !block.startsWith("// fail:"));
/** Blocks that say which code they get. */
export const badBlocks = blocks.filter((block) => block.startsWith("// fail:"));

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

/** All blocks that compile, and more. */
export function referencePlugin(more: readonly string[] = []): PluginText {
  return marketPlugin([...goodBlocks, ...more].join("\n"));
}

export function marketPlugin(template: string): PluginText {
  const { raw, holes } = partsOf(template);
  return pluginSource("market")(Object.assign([...raw], { raw }), ...holes);
}

/** The values of all holes of the reference, in order. */
export function referenceHoles(): readonly unknown[] {
  return partsOf(goodBlocks.join("\n")).holes;
}

function partsOf(template: string) {
  const parts = template.split(/\$\{(\w+)\}/);
  return {
    raw: parts.filter((_, index) => index % 2 === 0),
    holes: parts.filter((_, index) => index % 2 === 1).map((name) => HOLES[name]),
  };
}
