/** Parser and formatter on damaged texts: no crash, no hang, every place inside its file, stable output. */
import assert from "node:assert/strict";
import type { Declaration } from "../../dsl/ast.ts";
import { createReport, type Diagnostic } from "../../dsl/diagnostic.ts";
import { parse } from "../../dsl/parser.ts";
import { formatPlugin } from "../../dsl/print.ts";
import { createSourceText } from "../../dsl/source.ts";
import type { PluginText } from "../../dsl/template.ts";
import { Random } from "../support/random.ts";
import { pluginOfDamaged, readCorpus } from "./fuzz_corpus.ts";
import { damage } from "./fuzz_mutate.ts";

const FIRST_SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 1);
const INPUTS = Number(Deno.env.get("FEATURIZER_FUZZ") ?? 20_000);
const BATCH = 1000;
const LONGEST_MS = 30_000;

const corpus = readCorpus();

Deno.test(`parse() and formatPlugin() survive ${INPUTS} damaged texts from seed ${FIRST_SEED}`, () => {
  assert.ok(corpus.length > 30, `only ${corpus.length} texts to damage`);
  let parsed = 0;
  for (let done = 0; done < INPUTS; done += BATCH) {
    const seed = FIRST_SEED + done / BATCH;
    const random = new Random(seed);
    for (let index = 0; index < Math.min(BATCH, INPUTS - done); index++) {
      const text = damage(random, corpus);
      try {
        if (examine(pluginOfDamaged(text))) parsed++;
      } catch (cause) {
        const again = `FEATURIZER_SEED=${seed} FEATURIZER_FUZZ=${BATCH}`;
        throw new Error(`Cannot read input ${index} of ${again}:\n${text}`, { cause });
      }
    }
  }
  assert.ok(parsed > INPUTS / 100, `only ${parsed} of ${INPUTS} texts parsed`);
});

/** Checks one input; true if it has no mistake. */
function examine(plugin: PluginText): boolean {
  const begun = performance.now();
  const source = createSourceText(plugin);
  const diagnostics: Diagnostic[] = [];
  const { declarations } = parse(plugin.name, source, createReport(source, diagnostics));
  for (const { place } of diagnostics) {
    assert.ok(place !== undefined && place.start >= source.start && place.start <= place.end);
    assert.ok(place.end <= source.end && place.line >= 1 && place.column >= 1);
  }
  const { text } = formatPlugin(plugin);
  assert.equal(text === undefined, diagnostics.length > 0);
  if (text !== undefined) assertSame(plugin, text, treeOf(declarations));
  const took = performance.now() - begun;
  assert.ok(took < LONGEST_MS, `it took ${took} ms`);
  return text !== undefined;
}

/** The formatted text stays as it is when formatted again, and says the same. */
function assertSame(plugin: PluginText, text: string, tree: string): void {
  const template = text.slice(text.indexOf("`") + 1, text.lastIndexOf("`"));
  const raw = template.split(/\$\{hole\d+\}/);
  assert.equal(raw.length, plugin.raw.length, "a hole was lost");
  const formatted = { ...plugin, raw, text };
  assert.equal(formatPlugin(formatted).text, text);
  const { declarations } = parse(plugin.name, createSourceText(formatted), () => undefined);
  assert.equal(treeOf(declarations), tree);
}

/** A tree without its places. */
function treeOf(declarations: readonly Declaration[]): string {
  const places = new Set(["start", "end"]);
  return JSON.stringify(declarations, (key, value) => places.has(key) ? undefined : value);
}
