/** The table of codes is complete, each example gives its code, and the page says the same. */
import assert from "node:assert/strict";
import { z } from "zod";
import { compilePlugins, formatPlugin, type PluginText } from "../../dsl/mod.ts";
import {
  type DiagnosticCode,
  diagnosticCodes,
  renderDiagnosticCodes,
  sampleHoles,
  sampleSources,
} from "../../dsl/diagnostic_codes.ts";
import { hashText, pluginSource } from "./plugin_source.ts";

const holes: Readonly<Record<string, unknown>> = {
  f: (x: number) => 2 * x,
  reducer: () => ({ n: 1 }),
  schema: z.object({ t: z.date(), f: z.function() }),
  aggregate: {
    init: () => 0,
    add: (sum: number, x: number) => sum + x,
    result: (sum: number) => sum,
  },
};

function textOf(name: string, example: string): PluginText {
  const raw: string[] = [];
  const values: unknown[] = [];
  for (const [index, part] of `${sampleSources}${example}`.split(/\$\{(\w+)\}/).entries()) {
    if (index % 2 === 0) raw.push(part);
    else values.push(holes[part] ?? assert.fail(part));
  }
  return pluginSource(name)(Object.assign([...raw], { raw }), ...values);
}

function codesOf({ example, plugins, request, formatted }: DiagnosticCode): readonly string[] {
  const texts = (plugins ?? ["market"]).map((name) => textOf(name, example));
  if (formatted === true) {
    const [text] = texts;
    const moved = { ...text ?? assert.fail(), text: "export default made();" };
    return formatPlugin(moved).diagnostics.map(({ code }) => code);
  }
  const compilation = compilePlugins(texts, { hash: hashText });
  const diagnostics = request === undefined
    ? compilation.diagnostics
    : compilation.instantiate({ definition: request }).diagnostics;
  return [...new Set(diagnostics.map(({ code }) => code))];
}

for (const code of diagnosticCodes.values()) {
  Deno.test(`the example of ${code.code} gives it and no other code`, () => {
    assert.deepEqual(codesOf(code), [code.code]);
    assert.match(code.advice, /\.$/);
  });
}

Deno.test("every code that the language reports is in the table, and no other", () => {
  const used = new Set<string>();
  const visit = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory && name !== "codes") visit(new URL(`${name}/`, folder));
      if (!name.endsWith(".ts")) continue;
      const text = Deno.readTextFileSync(new URL(name, folder));
      for (const [, code] of text.matchAll(/"(E\d{3})"/g)) used.add(code ?? "");
    }
  };
  visit(new URL("../../dsl/", import.meta.url));
  assert.deepEqual([...used].sort(), [...diagnosticCodes.keys()].sort());
  assert.deepEqual(Object.keys(holes), [...sampleHoles.keys()]);
});

Deno.test("the page of diagnostics is what the table renders", () => {
  const page = new URL("../../dsl/diagnostics.md", import.meta.url);
  const rendered = renderDiagnosticCodes();
  if (Deno.env.get("FEATURIZER_UPDATE") === "1") Deno.writeTextFileSync(page, rendered);
  assert.equal(Deno.readTextFileSync(page), rendered);
});
