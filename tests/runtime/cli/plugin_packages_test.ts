/** Plugins of a user's project, with packages of its own `node_modules`. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { callCommand, type CommandResult } from "./command_call.ts";

const PLUGIN = `import { plugin } from "featurizer";
import { half } from "tiny";
import { quarter } from "@scope/two/quarter";

export default plugin("p")\`
  source s { k string key, ts timestamp time, x f64 }
  feature f on s { half = \${half}(x) as f64, quarter = \${quarter}(x) as f64 }
\`;
`;

const PROJECT = {
  "package.json": '{"name": "mine", "version": "2.3.4"}',
  "plugins/p.ts": PLUGIN,
  "plugins/p.cases.yaml": `cases:
  - name: numbers are halved
    rows:
      s: |
        k  ts  x
        a  1s  8
    features: [f]
    expected: |
      k  timestamp  f.half  f.quarter
      a  1s         4       2
`,
  "node_modules/tiny/package.json": '{"name": "tiny", "main": "./lib/index.js"}',
  "node_modules/tiny/lib/index.js":
    'const half = require("./half"); exports.half = process.env.NODE_ENV === "production" ? half : 0;',
  "node_modules/tiny/lib/half.js": "module.exports = (x) => x / 2;",
  "node_modules/@scope/two/package.json":
    '{"name": "@scope/two", "type": "module", "exports": {"./quarter": {"import": "./esm/quarter.mjs"}}}',
  "node_modules/@scope/two/esm/package.json": '{"type": "module"}',
  "node_modules/@scope/two/esm/quarter.mjs":
    'import { half } from "tiny"; import { twice } from "../twice.js"; export const quarter = (x) => half(half(twice(x))) / 2;',
  "node_modules/@scope/two/twice.js": "export const twice = (x) => 2 * x;",
};

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

async function withProject(
  files: Readonly<Record<string, string>>,
  act: (call: (...args: string[]) => Promise<CommandResult>, plugin: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const launcher = createDirectLauncher();
  try {
    for (const [name, text] of Object.entries({ ...PROJECT, ...files })) {
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    await act((...args) => callCommand(args, launcher), join(folder, "plugins/p.ts"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface Described {
  readonly version?: string;
  readonly hash: string;
}

async function describe(files: Readonly<Record<string, string>>): Promise<Described> {
  const found: Described[] = [];
  await withProject(files, async (call, plugin) => {
    found.push(JSON.parse((await call("features", plugin, "--json")).out).plugins[0]);
  });
  return found[0]!;
}

Deno.test("a plugin runs with packages of its project, of both module kinds", () =>
  withProject({}, async (call, plugin) => {
    const { code, out, err } = await call("test", plugin);
    assert.equal(code, 0, out + err);
  }));

Deno.test("the catalog shows the project's version, and a hash that follows the packages", async () => {
  const first = await describe({});
  const elsewhere = await describe({});
  const other = await describe({
    "node_modules/tiny/lib/half.js": "module.exports = (x) => x / 2 + 0;",
  });
  assert.equal(first.version, "2.3.4");
  assert.match(first.hash, /^[0-9a-f]{64}$/);
  assert.equal(elsewhere.hash, first.hash);
  assert.notEqual(other.hash, first.hash);
});

Deno.test("a package may be a link within the project, and not out of it", async () => {
  const outside = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(outside, "index.js"), "exports.half = (x) => x / 2;");
    await withProject(
      { "packages/tiny/index.js": "exports.half = (x) => x / 2;" },
      async (call, plugin) => {
        const link = join(dirname(plugin), "../node_modules/tiny");
        for (const [target, code] of [["../packages/tiny", 0], [outside, 1]] as const) {
          await Deno.remove(link, { recursive: true });
          await Deno.symlink(target, link, { type: "dir" });
          const result = await call("test", plugin);
          assert.equal(result.code, code, result.out + result.err);
          if (code === 1) assert.match(result.err, /link out of the plugin's project/);
        }
      },
    );
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

Deno.test("a package brings no file from outside its folder, and no module of the platform", async () => {
  for (
    const [line, reason] of [
      ['require("../../secret.json")', /outside its package/],
      ['require("node:fs")', /has no module "node:fs"/],
      ['require("child_process")', /has no module "child_process"/],
      ['require("other")', /npm install other/],
      ['require("@scope/two/../../secret.json")', /no path of a package/],
      ['import("./half")', /require\(\) only/],
    ] as const
  ) {
    await withProject({
      "secret.json": "{}",
      "node_modules/secret.json": "{}",
      "node_modules/tiny/lib/index.js": `exports.half = ${line};`,
    }, async (call, plugin) => {
      const { code, err } = await call("test", plugin);
      assert.equal(code, 1);
      assert.match(err, reason, line);
    });
  }
});
