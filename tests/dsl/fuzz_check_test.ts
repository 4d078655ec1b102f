/** The checker on damaged texts: no crash, no hang, every mistake inside its file. */
import assert from "node:assert/strict";
import { compilePlugins } from "../../dsl/compile.ts";
import { type Diagnostic, formatDiagnostic } from "../../dsl/diagnostic.ts";
import type { PluginText } from "../../dsl/template.ts";
import { Random } from "../support/random.ts";
import { constructs, pluginOfDamaged, readCorpus } from "./fuzz_corpus.ts";
import { confuse, damage } from "./fuzz_mutate.ts";
import { hashText } from "./plugin_source.ts";

const FIRST_SEED = Number(Deno.env.get("FEATURIZER_SEED") ?? 1);
const INPUTS = Math.ceil(Number(Deno.env.get("FEATURIZER_FUZZ") ?? 20_000) / 4);
const BATCH = 1000;
const LONGEST_MS = 30_000;

const corpus = readCorpus();

Deno.test("the constructs to damage have no mistakes themselves", () => {
  for (const text of constructs) {
    assert.deepEqual(compile(pluginOfDamaged(text)).map(formatDiagnostic), []);
  }
});

Deno.test(`compilePlugins() survives ${INPUTS} damaged texts from seed ${FIRST_SEED}`, () => {
  for (let done = 0; done < INPUTS; done += BATCH) {
    const seed = FIRST_SEED + done / BATCH;
    const random = new Random(-seed);
    for (let index = 0; index < Math.min(BATCH, INPUTS - done); index++) {
      const text = random.chance(0.3) ? damage(random, corpus) : confuse(random, corpus);
      try {
        examine(pluginOfDamaged(text));
      } catch (cause) {
        const again = `FEATURIZER_SEED=${seed} FEATURIZER_FUZZ=${4 * BATCH}`;
        throw new Error(`Cannot check input ${index} of ${again}:\n${text}`, { cause });
      }
    }
  }
});

function examine(plugin: PluginText): void {
  const begun = performance.now();
  for (const { place, message } of compile(plugin)) {
    assert.ok(place !== undefined && place.start <= place.end, message);
    assert.ok(place.end <= plugin.text.length && place.line >= 1 && place.column >= 1, message);
  }
  const took = performance.now() - begun;
  assert.ok(took < LONGEST_MS, `it took ${took} ms`);
}

/** Checks the plugin and makes each of its features once. */
function compile(plugin: PluginText): readonly Diagnostic[] {
  const compilation = compilePlugins([plugin], { hash: hashText });
  for (const { name } of compilation.plugins[0]?.features ?? []) {
    compilation.instantiate({ definition: `market.${name}` });
  }
  return compilation.diagnostics;
}
