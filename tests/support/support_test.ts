import assert from "node:assert/strict";
import { compileCase } from "./compiled_case.ts";
import { CONSTRUCTS, constructsOf } from "./constructs.ts";
import { randomCase } from "./random_case.ts";
import { Random } from "./random.ts";
import { rowsFrom } from "./rows_text.ts";
import { holeValuesOf, pluginTextOf } from "./test_plugin.ts";

Deno.test("Random gives the same numbers for the same seed", () => {
  const [a, b, c] = [new Random(7), new Random(7), new Random(8)];
  const draw = (random: Random) => Array.from({ length: 20 }, () => random.int(1000));
  const first = draw(a);
  assert.deepEqual(first, draw(b));
  assert.notDeepEqual(first, draw(c));
  assert.ok(first.every((number) => Number.isInteger(number) && number >= 0 && number < 1000));
});

Deno.test("Random.int() reaches every number about equally often", () => {
  const random = new Random(1);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) {
    const drawn = random.int(5);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  assert.ok(counts.every((count) => count > 850 && count < 1150), String(counts));
});

Deno.test("randomCase() gives the same case for the same seed", () => {
  assert.deepEqual(randomCase(3), randomCase(3));
  assert.notDeepEqual(randomCase(3), randomCase(4));
});

Deno.test("rowsFrom() reads times, nulls, numbers, truths and texts", () => {
  assert.deepEqual(rowsFrom("k ts x\n a 1.5s -\n é -2s true"), [
    { k: "a", ts: 1_500_000, x: null },
    { k: "é", ts: -2_000_000, x: true },
  ]);
  assert.throws(() => rowsFrom("k ts\n a"), RangeError);
});

Deno.test("pluginTextOf() splits the body at its holes", () => {
  const plugin = { name: "p", body: "a ${half}(x) b ${q.f} c" };
  const text = pluginTextOf(plugin);
  assert.deepEqual(text.raw, ["a ", "(x) b ", " c"]);
  assert.deepEqual(text.holes, [
    { kind: "function", name: "half", arity: 1 },
    { kind: "stream", plugin: "q", name: "f", params: {} },
  ]);
  assert.equal(typeof holeValuesOf(plugin)[0], "function");
});

Deno.test("randomCase() holds each construct in its first 500 cases", () => {
  const counts = new Map(CONSTRUCTS.map(([name]) => [name, 0]));
  for (let seed = 1; seed <= 500; seed++) {
    for (const name of constructsOf(randomCase(seed))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const shares = [...counts].map(([name, count]) => `${name} ${(count / 5).toFixed(1)} %`);
  const missing = [...counts].filter(([, count]) => count === 0).map(([name]) => name);
  assert.deepEqual(missing, [], shares.join("\n"));
});

Deno.test("randomCase() writes plugins that compile", () => {
  for (let seed = 1; seed <= 300; seed++) compileCase(randomCase(seed));
});
