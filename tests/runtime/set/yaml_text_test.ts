import assert from "node:assert/strict";
import { drawFrame, placeOf } from "../../../runtime/set/text_frame.ts";
import { parseYaml } from "../../../runtime/set/yaml_text.ts";

const TEXT = "a:\n  - {b: one, c: two}\n  - &x three\nd: *x\n";

function at(path: readonly (string | number)[], part: "keySpan" | "valueSpan"): string {
  const { start, end } = parseYaml(TEXT)[part](path);
  return TEXT.slice(start, end);
}

Deno.test("parseYaml() finds keys and values by path", () => {
  assert.equal(at(["a", 0, "c"], "valueSpan"), "two");
  assert.equal(at(["a", 0, "c"], "keySpan"), "c");
  assert.equal(at(["a", 1], "keySpan"), "three");
  assert.equal(at(["d"], "valueSpan"), "*x");
});

Deno.test("parseYaml() answers the nearest ancestor of a path that is not there", () => {
  assert.equal(at(["a", 0, "none", 3], "valueSpan"), "{b: one, c: two}");
});

Deno.test("parseYaml() keeps timestamps as text", () => {
  assert.deepEqual(parseYaml("t: 2023-02-01 10:00:00").value, { t: "2023-02-01 10:00:00" });
});

Deno.test("drawFrame() clips long lines around the place", () => {
  const text = `x: "${"y".repeat(300)}"\n`;
  const [source = "", carets = ""] = drawFrame(text, { start: 200, end: 203 }).split("\n");
  assert.equal(source.length, 104);
  assert.equal(carets.trimEnd(), `${" ".repeat(1)} | ${" ".repeat(50)}^^^`);
});

Deno.test("placeOf() counts lines and columns from one", () => {
  assert.deepEqual(placeOf("ab\ncd", 4), { line: 2, column: 2 });
});
