/** Places: a diagnostic points into the user's file, whatever stands around and inside the template. */
import assert from "node:assert/strict";
import { createSourceText, positionOf } from "../../dsl/source.ts";
import { compilePlugins, type PluginText } from "../../dsl/mod.ts";
import { hashText } from "./plugin_source.ts";

function createPlugin(text: string, raw: readonly string[], name = "p"): PluginText {
  const holes = raw.slice(1).map(() => ({ kind: "number" as const, value: 3 }));
  return { name, raw, holes, file: "p.ts", text, bundleHash: "" };
}

Deno.test("createSourceText() finds the template and its holes in the module", () => {
  const text = 'x();\nplugin("p")`a ${() => { return "}"; }} b ${1} c`;';
  const source = createSourceText(createPlugin(text, ["a ", " b ", " c"]));
  assert.equal(source.located, true);
  assert.equal(text.slice(source.start, source.end), 'a ${() => { return "}"; }} b ${1} c');
  assert.deepEqual(
    source.holes.map(({ start, end }) => text.slice(start, end)),
    ['${() => { return "}"; }}', "${1}"],
  );
  assert.deepEqual(positionOf(source, source.start), { line: 2, column: 13 });
});

Deno.test("createSourceText() prefers the template that is tagged with the plugin's name", () => {
  const text = 'plugin("a")`same`;\nplugin("p")`same`;';
  const source = createSourceText(createPlugin(text, ["same"]));
  assert.equal(positionOf(source, source.start).line, 2);
});

Deno.test("createSourceText() takes holes without text between them", () => {
  const text = 'plugin("p")`${f({ a: 1 })}${[1][0]}`';
  const { holes } = createSourceText(createPlugin(text, ["", "", ""]));
  assert.deepEqual(
    holes.map(({ start, end }) => text.slice(start, end)),
    ["${f({ a: 1 })}", "${[1][0]}"],
  );
});

Deno.test("createSourceText() reads files with Windows line ends", () => {
  const text = 'x();\r\nplugin("p")`\r\n  feature\r\n`;';
  const source = createSourceText(createPlugin(text, ["\n  feature\n"]));
  assert.equal(source.located, true);
  assert.deepEqual(positionOf(source, source.text.indexOf("feature")), { line: 3, column: 3 });
});

Deno.test("createSourceText() stands on its own where the module has no such template", () => {
  const source = createSourceText(createPlugin("made elsewhere", ["a ", " b"]));
  assert.equal(source.located, false);
  assert.equal(source.text, "a ${…} b");
});

Deno.test("a diagnostic has the line and column of the .ts file, after holes of many lines", () => {
  const raw = [
    "\n  source s { t timestamp time, x f64 }\n  feature a on s { y = x + ",
    " }\n",
    "\n",
  ];
  const second = "  feature b on s { y = z }";
  const text = `// head\nplugin("p")\`${raw[0]}\${[\n  1,\n].length}${raw[1]}\${2}${
    raw[2]
  }${second}\`;`;
  const plugin = createPlugin(text, [raw[0] ?? "", raw[1] ?? "", `\n${second}`]);
  const { diagnostics } = compilePlugins([plugin], { hash: hashText });
  const unknown = diagnostics.find(({ code }) => code === "E201");
  assert.deepEqual([unknown?.place?.line, unknown?.place?.column], [8, 24]);
  assert.equal(text.slice(unknown?.place?.start, unknown?.place?.end), "z");
  assert.match(unknown?.place?.frame ?? "", /8 \| {3}feature b on s \{ y = z \}`;\n {4}\| {24}\^$/);
});
