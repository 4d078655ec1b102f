/** Plugins that try to get out, or to do harm, beside an innocent one whose rows they must not change. */
import assert from "node:assert/strict";
import { startBundler, stopBundler } from "../../runtime/worker/mod.ts";
import { INNOCENT_COLUMN, runBeside } from "./hostile_run.ts";
import { pluginOf } from "./plugin_text.ts";
import { REFUSED_ACTS } from "./refused_acts.ts";
import { STOPPED_PLUGINS } from "./stopped_plugins.ts";

Deno.test.beforeAll(startBundler);
Deno.test.afterAll(stopBundler);

/** What all acts reached, tried at `place`; empty of those that were refused. */
function acts(place: string): string {
  const tries = Object.entries(REFUSED_ACTS).map(([name, body]) =>
    `try { (() => { ${body} })(); reached.push(${JSON.stringify(`${name}, ${place}`)}); } catch {}`
  );
  return tries.join("\n");
}

Deno.test("a plugin reaches nothing of the platform, at load and at a row; others' rows stay", async () => {
  const code = `const reached = [];
${acts("at load")}
let rows = 0;
const hostile = () => {
  if (rows++ === 1) {
${acts("at a row")}
  }
  return reached.join("; ");
};`;
  const { told, innocent, hostile } = await runBeside(
    pluginOf(code, "on rows { y = ${hostile}() as string }"),
  );
  assert.deepEqual(innocent, INNOCENT_COLUMN, told);
  assert.deepEqual(new Set(hostile.map((text) => text.replaceAll('"', ""))), new Set([""]));
});

Deno.test("a list that a function is given is its own: changing or moving it changes no row", async () => {
  const code = `const hostile = (list) => {
  const first = list[0];
  if (ArrayBuffer.isView(list)) list.buffer.transfer(0);
  else { list.length = 0; list.push(7, 8, 9); }
  return first;
};`;
  const feature = "on rows { let last = collect(x) over last 3, y = ${hostile}(last) as f64 }";
  const { told, innocent, hostile } = await runBeside(pluginOf(code, feature));
  assert.deepEqual(innocent, INNOCENT_COLUMN, told);
  assert.deepEqual(hostile, hostile.map((_, row) => `${Math.max(0, row - 2)}`));
});

for (const [name, { text, code, says }] of Object.entries(STOPPED_PLUGINS)) {
  Deno.test(`a plugin that ${name} ends the run, which names it and leaves no result`, async () => {
    const outcome = await runBeside(text);
    assert.equal(outcome.code, code, outcome.told);
    assert.match(outcome.message ?? "", says);
  });
}
