import assert from "node:assert/strict";
import { join } from "node:path";
import { FeaturizerError } from "../../../runtime/errors.ts";
import {
  bundleGuest,
  hashPlugin,
  startBundler,
  stopBundler,
} from "../../../runtime/worker/bundle.ts";
import { FAKE_SITE } from "./support/try_plugin.ts";

const PLUGIN = `import { plugin } from "featurizer";\n`;
const END = 'export default plugin("p")`source a { ts timestamp time }`;\n';

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("bundleGuest() puts data files and modules of the project into the bundle", async () => {
  await withProject({
    "deno.json": "{}",
    "data/list.csv": "a\nb\n",
    "data/map.json": '{"x": 4711}',
    "lib/one.ts": "export const one: number = 1;",
    "plugins/p.ts": `${PLUGIN}import list from "../data/list.csv" with { type: "text" };
import map from "../data/map.json" with { type: "json" };
import { one } from "../lib/one.ts";
console.log(list, map.x, one);
${END}`,
  }, async (folder) => {
    const { code, files } = await bundle(folder, "plugins/p.ts");
    assert.match(code, /4711/);
    assert.equal(files.get(join(folder, "data/list.csv")), "a\nb\n");
    assert.deepEqual([...files.keys()].map((path) => path.slice(folder.length + 1)).sort(), [
      "data/list.csv",
      "data/map.json",
      "lib/one.ts",
      "plugins/p.ts",
    ]);
  });
});

const REFUSED: readonly (readonly [name: string, line: string, reason: RegExp])[] = [
  [
    "a package that is not installed",
    `import "not-installed";`,
    /there is no package "not-installed" for this plugin; install it: npm install not-installed/,
  ],
  ["an address of npm", `import "npm:zod";`, /may import .* npm packages .*, not "npm:zod"/],
  ["a way out of a package", `import "zod-like/../../x.ts";`, /is no path of a package/],
  ["a module of the platform", `import "fs";`, /has no module "fs"/],
  ["a platform module", `import "node:fs";`, /not "node:fs"/],
  ["an address", `import "https://example.com/x.ts";`, /not "https:/],
  ["an absolute path", `import "/etc/hostname";`, /not "\/etc\/hostname"/],
  ["a file that is not there", `import "./none.ts";`, /there is no file "\.\/none\.ts"/],
  ["a file outside the project", `import "../outside.ts";`, /outside the plugin's project/],
  ["a link out of the project", `import "./link.ts";`, /outside the plugin's project/],
  ["a data file without a type", `import "./data.csv";`, /with \{ type: "text" \}/],
  ["import()", `import("./lib.ts");`, /at the top of the module/],
  ["require()", `require("node:fs");`, /at the top of the module/],
  ["eval", `eval("1");`, /cannot use eval/],
  ["an unknown export", `import { nothing } from "featurizer"; nothing();`, /No matching export/],
  ["a syntax error", `const = 1;`, /Expected identifier/],
];

for (const [name, line, reason] of REFUSED) {
  Deno.test(`bundleGuest() refuses ${name}, with the place`, async () => {
    await withProject({
      "outside.ts": "",
      "project/deno.json": "{}",
      "project/p.ts": `${PLUGIN}${line}\n${END}`,
      "project/lib.ts": "",
      "project/data.csv": "a",
    }, async (folder) => {
      await Deno.symlink(join(folder, "outside.ts"), join(folder, "project/link.ts"));
      const error = await bundle(folder, "project/p.ts").then(() => undefined, (thrown) => thrown);
      assert.ok(error instanceof FeaturizerError);
      assert.equal(error.code, "PLUGIN_NOT_BUNDLED");
      assert.match(error.message, /^Cannot bundle ".*p\.ts": /);
      assert.match(error.message, reason);
      assert.match(error.frame ?? "", /project\/p\.ts:2:\d+\n2 \| /);
    });
  });
}

Deno.test("hashPlugin() depends on what the code does, not on where it lies or how it is laid out", async () => {
  const hash = (files: Readonly<Record<string, string>>) =>
    withProject(files, (folder) => hashPlugin(join(folder, "p.ts")));
  const lib = "export const one: number = 1;";
  const text = `${PLUGIN}import { one } from "./lib.ts";\nconsole.log(one);\n${END}`;
  const first = await hash({ "p.ts": text, "lib.ts": lib });
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(await hash({ "p.ts": `// note\n\n${text}`, "lib.ts": `${lib} // one` }), first);
  assert.notEqual(await hash({ "p.ts": text, "lib.ts": "export const one = 2;" }), first);
  assert.notEqual(
    await hash({ "p.ts": text.replace("ts timestamp", "t timestamp"), "lib.ts": lib }),
    first,
  );
});

async function bundle(folder: string, path: string): ReturnType<typeof bundleGuest> {
  return await bundleGuest({ plugin: join(folder, path), siteModule: FAKE_SITE });
}

/** Runs the body with the files in a fresh folder. */
async function withProject<T>(
  files: Readonly<Record<string, string>>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
