/** No name and no text of the user's gets into generated code: only through the manifest and by number. */
import assert from "node:assert/strict";
import { type KernelText, writeRowKernel, writeTumblingKernel } from "../../../dsl/codegen/mod.ts";
import { linkKernel } from "../../../runtime/engine/mod.ts";
import { featureOf, textOf, tumblingOf, valueOf } from "./run_expression.ts";

const EVIL = [
  'q\\" + globalThis.evil + \\"',
  "a\\\\",
  "line\\nbreak",
  "${globalThis.evil}",
  "`${1}`",
  "*/ globalThis.evil(); /*",
  "</script>",
  "'; throw 1; '",
  "\u2028",
  "__proto__",
  "constructor",
];

/** Names that mean something in JavaScript or in the generated text. */
const NAMES = [
  "constructor",
  "__proto__",
  "prototype",
  "arguments",
  "eval",
  "env",
  "process",
  "reserve",
  "k",
  "t",
  "i",
  "o",
  "c0",
  "v0",
  "x0",
  "T",
  "located",
];

Deno.test("a text of the user's is in the manifest and not in the code", () => {
  for (const written of EVIL) {
    const text = textOf(`if t == "${written}" then "${written}" else u`);
    assert.equal(text.manifest.symbols.length, 1, written);
    assertClean(text, written);
    const [value = ""] = text.manifest.symbols;
    assert.equal(valueOf(`if t == "${written}" then "${written}" else u`, { t: value }), value);
    assert.equal(valueOf(`t == "${written}"`, { t: "other" }), false);
  }
});

Deno.test("a name of the user's is no name of the code, whatever it is", () => {
  for (const name of NAMES) {
    const source = `source s { key0 string key, at timestamp time, ${name} f64 }`;
    const row = featureOf(
      `${source}\nfeature f on s where ${name} > 0 { ${name} = sum(${name}) over 5s + prev(${name}) }`,
    );
    const closed = featureOf(
      `${source}\nfeature f on s { ${name} = max(${name}) } over tumbling 5s`,
    );
    const request = { plugin: "p", time: "at", wantsRows: true, wantsAnswers: true };
    const texts = [
      writeRowKernel({ ...request, where: row.where, outputs: row.outputs, dropsNullKeys: true }),
      writeTumblingKernel(
        { ...request, where: closed.where, outputs: closed.outputs, dropsNullKeys: false },
        tumblingOf(closed),
      ),
    ];
    for (const text of texts) {
      assert.deepEqual(text.inputs.map((input) => input.name), [name]);
      assert.deepEqual(text.outputs.map((output) => output.name), [name]);
      linkKernel(text, { texts: [], codeOf: () => 0, holeOf: () => undefined });
    }
    // Equal code for every name: no name is in it.
    assert.equal(texts[0]?.body, rowKernelOf("harmless").body, name);
  }
});

Deno.test("linking refuses what the runtime does not have", () => {
  const text = textOf("abs(a)");
  const link = (manifest: Partial<KernelText["manifest"]>) => () =>
    linkKernel({ ...text, manifest: { ...text.manifest, ...manifest } }, {
      texts: [],
      codeOf: () => 0,
      holeOf: () => "no function",
    });
  for (const name of ["constructor", "toString", "__proto__", "fetch"]) {
    assert.throws(link({ functions: [name] }), /the runtime has no such function/, name);
  }
  assert.throws(link({ holes: [{ plugin: "p", hole: 0, name: "f" }] }), /it is no function/);
});

function rowKernelOf(name: string): KernelText {
  const feature = featureOf(
    `source s { key0 string key, at timestamp time, ${name} f64 }
    feature f on s where ${name} > 0 { ${name} = sum(${name}) over 5s + prev(${name}) }`,
  );
  return writeRowKernel({
    plugin: "p",
    time: "at",
    wantsRows: true,
    wantsAnswers: true,
    where: feature.where,
    outputs: feature.outputs,
    dropsNullKeys: true,
  });
}

function assertClean({ body }: KernelText, written: string): void {
  assert.doesNotMatch(
    body,
    /evil|script|throw 1|__proto__|constructor|\/\*|\*\/|\u2028|`/,
    written,
  );
  const strings = body.replace('"use strict";', "");
  assert.doesNotMatch(strings, /["'\\]/, written);
}
