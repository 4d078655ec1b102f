import assert from "node:assert/strict";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { FeaturizerError } from "../../../runtime/errors.ts";
import {
  createDirectLauncher,
  type LoadOptions,
  loadPlugin,
  startBundler,
  stopBundler,
} from "../../../runtime/worker/mod.ts";
import { FAKE_SITE } from "./support/try_plugin.ts";

const FOLDER = fileURLToPath(new URL("./support/plugins/", import.meta.url));
const OPTIONS: LoadOptions = { launcher: createDirectLauncher(), siteModule: FAKE_SITE };

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

Deno.test("loadPlugin() describes the default export and the plugins it imports", async () => {
  const path = `${FOLDER}weather.ts`;
  const { text, others } = await loadPlugin(path, OPTIONS);
  assert.equal(text.name, "weather");
  assert.equal(text.file, relative(Deno.cwd(), path));
  assert.equal(text.text, await Deno.readTextFile(path));
  assert.equal(text.raw.length, 4);
  assert.deepEqual(text.holes, [
    { kind: "function", name: "kelvin", arity: 1 },
    { kind: "number", value: 2 },
    { kind: "stream", plugin: "climate", name: "normals", params: { window: "5m" } },
  ]);
  assert.deepEqual(others.map(({ name, file }) => [name, file.endsWith("climate.ts")]), [[
    "climate",
    true,
  ]]);
});

Deno.test("loadPlugin() gives an imported plugin the hash it has when loaded itself", async () => {
  const { text, others } = await loadPlugin(`${FOLDER}weather.ts`, OPTIONS);
  const alone = await loadPlugin(`${FOLDER}climate.ts`, OPTIONS);
  assert.equal(others[0]?.bundleHash, alone.text.bundleHash);
  assert.notEqual(text.bundleHash, alone.text.bundleHash);
});

Deno.test("loadPlugin() describes schemas and aggregates in holes", async () => {
  const { text } = await loadPlugin(`${FOLDER}typed.ts`, OPTIONS);
  const columns = [
    { name: "symbol", type: { kind: "string" } },
    { name: "ts", type: { kind: "timestamp" } },
    { name: "price", type: { kind: "f64" }, doc: "In dollars." },
    { name: "size", type: { kind: "i64" } },
  ];
  assert.deepEqual(text.holes, [
    { kind: "schema", columns, faults: [] },
    { kind: "aggregate", name: "aggregate 1 of typed", hasMerge: true, hasRemove: false },
  ]);
});

Deno.test("loadPlugin() rejects a path without a file", async () => {
  const error = await loadError(`${FOLDER}none.ts`);
  assert.equal(error.code, "PLUGIN_NOT_FOUND");
});

Deno.test("loadPlugin() rejects a module whose default export is no plugin", async () => {
  const error = await loadError(`${FOLDER}units.ts`);
  assert.equal(error.code, "PLUGIN_HAS_NO_TEMPLATE");
});

Deno.test("loadPlugin() points at the line that throws", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    path,
    "interface A {}\nconst nothing: A | null = null;\n\nnothing!.x;\n",
  );
  const error = await loadError(path);
  await Deno.remove(path);
  assert.equal(error.code, "PLUGIN_FAILED_TO_LOAD");
  assert.equal(error.frame, `${path}:4:10\n4 | nothing!.x;\n             ^`);
  assert.ok(error.cause instanceof Error);
  assert.match(error.cause.stack ?? "", /\.ts:4:10/);
});

async function loadError(path: string): Promise<FeaturizerError> {
  const error = await loadPlugin(path, OPTIONS).then(() => undefined, (thrown) => thrown);
  assert.ok(error instanceof FeaturizerError, String(error));
  return error;
}
