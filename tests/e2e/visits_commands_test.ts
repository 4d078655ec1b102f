/** The commands that tell about a plugin and a config, on the example that uses most of the language. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { featurizer } from "./cli_process.ts";

const FOLDER = join(import.meta.dirname ?? ".", "../../examples/visits");

async function outputOf(...args: string[]): Promise<string> {
  const { code, out, err } = await featurizer(FOLDER, ...args);
  assert.equal(code, 0, err);
  return out;
}

Deno.test("check and fmt --check find nothing wrong in the visits example", async () => {
  assert.match(await outputOf("check", "set.yaml"), /^ok: 1 plugin, 4 sources, \d+ features/);
  assert.match(await outputOf("fmt", "--check", "visits.ts"), /1 file checked/);
});

Deno.test("explain shows windows, joins, folds and calls of our own as they are written", async () => {
  const text = await outputOf("explain", "visits.ts");
  assert.match(text, /windows {2}session 30m/);
  assert.match(text, /output {3}by_channel map<string, f64> = sum\(amount\) per channel over 7d/);
  assert.match(text, /ratio f64 = amount \/ avg\(amount\) over 7d excluding current/);
  assert.match(text, /days i64 = \$\{aggregate \d of visits\}\(.+\) as i64 over 7d/);
  assert.match(text, /pages list<struct\{value string, count i64\}> = top_frequency\(page, 2\)/);
  assert.match(text, /form {5}fold/);
  assert.match(text, /form {5}pairs/);
  assert.match(text, /form {5}union/);
});

Deno.test("types writes the structs of a schema and the maps of a feature", async () => {
  const text = await outputOf("types", "visits.ts");
  assert.match(text, /export interface OrdersLines \{\n {2}readonly sku: string \| null;/);
  assert.match(text, /readonly lines: readonly \(OrdersLines \| null\)\[\] \| null;/);
  assert.match(text, /export interface Spending \{[^}]*readonly by_channel: /);
});
