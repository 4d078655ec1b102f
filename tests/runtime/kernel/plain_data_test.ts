import assert from "node:assert/strict";
import { assertPlainData, StateWatch } from "../../../runtime/kernel/mod.ts";

class Book {
  levels = 1;
}

Deno.test("assertPlainData() takes data, however nested, and objects met twice", () => {
  const shared = { x: 1 };
  assertPlainData([
    ...[null, undefined, true, 1, NaN, "a", 5n, new Date(0), Float64Array.of(1)],
    { a: [shared, shared], b: new Map([["k", new Set([shared])]]), c: Object.create(null) },
  ], "it");
});

Deno.test("assertPlainData() names the place of what cannot be brought back", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = { loop };
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ a: { f: () => 1 } }, /Cannot keep it\.a\.f: it holds a function/],
    [[1, Symbol("s")], /it\[1\]: it holds a symbol/],
    [new Map([["k", new Book()]]), /it\[k\]: it holds an object of class Book/],
    [{ p: Promise.resolve() }, /it\.p: it holds an object of class Promise/],
    [loop, /it\.self\.loop: it holds an object inside itself/],
  ];
  for (const [value, message] of wrong) assert.throws(() => assertPlainData(value, "it"), message);
});

Deno.test("StateWatch looks at the first states and then ever more rarely", () => {
  let looks = 0;
  const watched = Object.defineProperty({}, "x", { enumerable: true, get: () => ++looks });
  const watch = new StateWatch("it");
  for (let i = 0; i < 1000; i++) watch.look(watched);
  assert.equal(looks, 16 + 5);
  assert.throws(() => new StateWatch("it").look(() => 1), /Cannot keep it: it holds a function/);
});
