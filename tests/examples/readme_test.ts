import assert from "node:assert/strict";
import { join } from "node:path";

const ROOT = join(import.meta.dirname ?? ".", "../..");

const read = (path: string) => Deno.readTextFileSync(join(ROOT, path));

/** Code blocks of the README in one language. */
function blocksOf(language: string): string[] {
  const blocks = read("README.md").matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"));
  return [...blocks].map(([, text = ""]) => text);
}

Deno.test("the README shows the first example as it is", () => {
  assert.deepEqual(blocksOf("ts"), [read("examples/first_set/shop.ts")]);
  assert.deepEqual(blocksOf("yaml"), [read("examples/first_set/set.yaml")]);
});

Deno.test("links of the documents lead to files that are there", () => {
  for (
    const page of [
      "README.md",
      "CONTRIBUTING.md",
      "CHANGELOG.md",
      "examples/flights/README.md",
      "examples/visits/README.md",
      "examples/payments/README.md",
      "runtime/api/README.md",
    ]
  ) {
    for (const [, link = ""] of read(page).matchAll(/\]\((\.[^)#]*)/g)) {
      assert.ok(Deno.statSync(join(ROOT, page, "..", link)), `${page}: ${link}`);
    }
  }
});
