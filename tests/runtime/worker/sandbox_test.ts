import assert from "node:assert/strict";
import { join } from "node:path";
import type { HoleDescription } from "../../../dsl/template.ts";
import { createDirectLauncher, startBundler, stopBundler } from "../../../runtime/worker/mod.ts";
import { HOSTILE_PLUGINS } from "./support/hostile_plugins.ts";
import { runNurseryProcess } from "./support/nursery_process.ts";
import { type Outcome, tryPlugin } from "./support/try_plugin.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

/** Code and a part of the message of each plugin that must be stopped. */
const STOPPED: Readonly<Record<string, readonly [code: string, part: string]>> = {
  loops_at_load: ["PLUGIN_STUCK", "loops_at_load.ts"],
  waits_at_load: ["PLUGIN_STUCK", "waits_at_load.ts"],
  loops: ["PLUGIN_STUCK", "hostile"],
  loops_in_microtasks: ["PLUGIN_SILENT", "hostile"],
  fills_heap: ["PLUGIN_OUT_OF_MEMORY", "hostile"],
  catches_everything: ["PLUGIN_OUT_OF_MEMORY", "hostile"],
  fills_heap_at_load: ["PLUGIN_OUT_OF_MEMORY", "fills_heap_at_load.ts"],
  throws_at_load: ["PLUGIN_FAILED_TO_LOAD", "Cannot read properties of null"],
  throws: ["HOLE_THREW", "on purpose 1"],
  throws_in_microtask: ["PLUGIN_FAILED", "later"],
  rejects: ["PLUGIN_FAILED", "left alone"],
};

const WORKING: Readonly<Record<string, readonly number[]>> = {
  answers: [2, 3, 4],
  behaves: [7, 8, 9],
  spies: [0, 0, 0],
};

Deno.test("sandboxed plugins are stopped by name, and work where they behave", async (t) => {
  const folder = await Deno.makeTempDir();
  const outcomes = await tryAll(folder, [...Object.keys(STOPPED), ...Object.keys(WORKING)]);
  await Deno.remove(folder, { recursive: true });
  for (const [name, [code, part]] of Object.entries(STOPPED)) {
    await t.step(name, () => {
      const outcome = outcomeOf(outcomes, name);
      const { error, seconds } = outcome;
      assert.equal(error?.code, code, JSON.stringify(outcome));
      assert.ok(error?.message.includes(part), error?.message);
      assert.ok(seconds < 30, `${seconds} s`);
    });
  }
  for (const [name, values] of Object.entries(WORKING)) {
    await t.step(name, () => {
      const { error, values: got } = outcomeOf(outcomes, name);
      assert.equal(error, undefined);
      assert.deepEqual(got, values);
    });
  }
});

Deno.test("a sandboxed plugin reaches nothing of the platform", async () => {
  const folder = await Deno.makeTempDir();
  const [outcome] = await tryAll(folder, ["probes"]);
  await Deno.remove(folder, { recursive: true });
  assertAllRefused(outcome?.holes ?? []);
});

Deno.test("the lockdown alone keeps a plugin from the permissions it inherits", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(path, HOSTILE_PLUGINS["probes"] ?? "");
  const { holes } = await tryPlugin(path, createDirectLauncher());
  await Deno.remove(path);
  assertAllRefused(holes ?? []);
});

function assertAllRefused(holes: readonly HoleDescription[]): void {
  const told = holes.map((hole) => hole.kind === "string" ? hole.value : hole.kind);
  assert.ok(told.length > 30, told.join());
  assert.deepEqual(told.filter((text) => !text.endsWith(": refused")), []);
}

async function tryAll(folder: string, names: readonly string[]): Promise<readonly Outcome[]> {
  const paths = names.map((name) => join(folder, `${name}.ts`));
  for (const [index, name] of names.entries()) {
    await Deno.writeTextFile(paths[index] ?? "", HOSTILE_PLUGINS[name] ?? "");
  }
  const { code, lines, errors } = await runNurseryProcess(paths);
  assert.equal(code, 0, errors);
  return lines.map((line) => JSON.parse(line) as Outcome);
}

function outcomeOf(outcomes: readonly Outcome[], name: string): Outcome {
  const found = outcomes.find(({ path }) => path.endsWith(`/${name}.ts`));
  assert.ok(found, `no outcome of ${name}`);
  return found;
}
