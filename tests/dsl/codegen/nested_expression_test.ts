/** Expressions over nested values, casts and whole numbers beyond 2^53, worked by hand. */
import assert from "node:assert/strict";
import { type Cell, type Cells, valueOf } from "./run_expression.ts";

type Cases = readonly (readonly [string, Cells, Cell])[];

const LEVELS = [
  { price: 1.5, sizes: [1, 2], side: "x" },
  null,
  { price: null, sizes: null, side: "y" },
];

const ACCESS: Cases = [
  ["levels[0].price", { levels: LEVELS }, 1.5],
  ["levels[-1].side", { levels: LEVELS }, "y"],
  ["levels[1]", { levels: LEVELS }, null],
  ["levels[1].price", { levels: LEVELS }, null],
  ["levels[2].price", { levels: LEVELS }, null],
  ["levels[2].sizes", { levels: LEVELS }, null],
  ["levels[0].sizes", { levels: LEVELS }, [1, 2]],
  ["levels[0].sizes[-1]", { levels: LEVELS }, 2],
  ["levels[2].sizes[0]", { levels: LEVELS }, null],
  ["levels[3]", { levels: LEVELS }, null],
  ["levels[-4]", { levels: LEVELS }, null],
  ["levels[n]", { levels: LEVELS }, null],
  ["levels[0]", {}, null],
  ["levels", { levels: LEVELS }, LEVELS],
  ["levels", { levels: [] }, []],
  ["is_null(levels[1])", { levels: LEVELS }, true],
  ["levels[1] ?? levels[0]", { levels: LEVELS }, LEVELS[0] ?? null],
  ["if a > 1 then xs else one.b", { one: { a: 1, b: [3], c: "z" } }, [3]],
  ["if a > 1 then xs else one.b", { a: 2, xs: [4] }, [4]],
  ["if p then levels[0] else levels[2]", { levels: LEVELS, p: false }, LEVELS[2] ?? null],
  ["xs[n]", { xs: [4, null, 6], n: 2 }, 6],
  ["xs[n]", { xs: [4, null, 6], n: 1 }, null],
  ["v[1] + v[-1]", { v: [1, 2, 3] }, 5],
  ["v[3]", { v: [1, 2, 3] }, null],
  ["prices[t]", { prices: { a: 1, b: null }, t: "a" }, 1],
  ['prices["b"]', { prices: { a: 1, b: null } }, null],
  ['prices["c"]', { prices: { a: 1 } }, null],
  ["nested[n][1]", { nested: new Map([[1, ["p"]], [7, ["q", "r"]]]), n: 7 }, "r"],
  ["one.c", { one: { a: 1, b: [1, 2], c: "z" } }, "z"],
  ["one.c", { one: { a: 1, b: null, c: "z" } }, "z"],
  ["one.b", { one: { a: 1, b: [1, 2], c: "z" } }, [1, 2]],
  ["one.a", {}, null],
];

const LISTS: Cases = [
  ["length(xs)", { xs: [4, null, 6] }, 3],
  ["length(prices)", { prices: { a: 1, b: null } }, 2],
  ["contains(xs, 6)", { xs: [4, null, 6] }, true],
  ["contains(ts1, t)", { ts1: ["a", "b"], t: "b" }, true],
  ["contains(ts1, t)", { ts1: ["a", "b"], t: "c" }, false],
  ["index_of(xs, a)", { xs: [4, null, 6], a: 6 }, 2],
  ["index_of(xs, a)", { xs: [4], a: 6 }, null],
  ["keys(prices)", { prices: { b: 2, a: 1 } }, ["a", "b"]],
  ["values(prices)", { prices: { b: 2, a: null } }, [null, 2]],
  ["values(nested)", { nested: new Map([[7, ["q", null]], [1, null]]) }, [null, ["q", null]]],
  ["dot(v, w)", { v: [1, 2, 3], w: [4, 5, 6] }, 32],
  ["norm(v)", { v: [3, 4, 0] }, 5],
  ["norm(v)", { v: [3, null, 0] }, null],
  ["sum_list(xs)", { xs: [4, null, 6] }, 10],
  ["sum_list(v)", { v: [4, null, 6] }, 10],
  ["avg_list(xs)", { xs: [4, null, 6] }, 5],
  ["min_list(xs)", { xs: [] }, null],
  ["max_list(xs)", { xs: [4, null, 6] }, 6],
  ["xs as vector(3)", { xs: [1, 2, 3] }, Float64Array.of(1, 2, 3)],
  ["xs as vector(3)", { xs: [1, null, 3] }, null],
  ["xs as vector(3)", { xs: [1, 2] }, null],
  ["v as list<f64>", { v: [1, 2, 3] }, [1, 2, 3]],
];

const CASTS: Cases = [
  ["a as i64", { a: -2.9 }, -2],
  ["a as i64", { a: -0.5 }, 0],
  ["a as i64", { a: 9007199254740992 }, null],
  ["a as i32", { a: 2147483648 }, null],
  ["a as i32", { a: -2147483648.5 }, -2147483648],
  ["(1 / a) as i64", { a: 0 }, null],
  ["a as f32", { a: 0.1 }, Math.fround(0.1)],
  ["a as bool", { a: 0 }, false],
  ["a as bool", { a: 0.5 }, true],
  ["a as bool", {}, null],
  ["p as i64", { p: true }, 1],
  ["(p as i32) + 1", { p: false }, 1],
  ["ts as i64", { ts: 12 }, 12],
  ["n as timestamp", { n: 5 }, 5],
  ["n as duration", { n: 5 }, 5],
  ["e as string", { e: "x" }, "x"],
  ['t as "p" | "q"', { t: "q" }, "q"],
  ['t as "p" | "q"', { t: "r" }, null],
  ["n as i32", { n: 2n ** 60n }, null],
];

const ORDER: Cases = [
  ["t < u", { t: "a", u: "b" }, true],
  ["t < u", { t: "\u{1F600}", u: "\uFFFD" }, false],
  ["t >= u", { t: "ab", u: "a" }, true],
  ["t < u", { t: "a" }, null],
  ["not (t < u)", { t: "a", u: "a" }, true],
  ["least(t, u)", { t: "b", u: "a" }, "a"],
  ["greatest(t, u)", { t: "\u{1F600}", u: "\uFFFD" }, "\u{1F600}"],
  ["greatest(t, u)", { t: "b" }, null],
];

const BIG = 2n ** 63n - 1n;

const BIGS: Cases = [
  ["n", { n: BIG }, BIG],
  ["n == m", { n: BIG, m: BIG }, true],
  ["n != m", { n: BIG, m: BIG - 1n }, true],
  ["n in (m, 1)", { n: BIG, m: BIG }, true],
  ["n ?? 1", { n: BIG }, BIG],
  ["if p then n else 1", { n: BIG, p: true }, BIG],
  ["is_null(n)", { n: BIG }, false],
  ["n as f64", { n: BIG }, 2 ** 63],
  ["n as f64 / 2", { n: BIG }, 2 ** 62],
  ["n as f32", { n: 2n ** 53n + 1n }, 2 ** 53],
];

for (const [group, cases] of Object.entries({ ACCESS, LISTS, CASTS, ORDER, BIGS })) {
  Deno.test(`generated text gives the values worked by hand: ${group.toLowerCase()}`, () => {
    for (const [expression, row, expected] of cases) {
      assert.deepEqual(valueOf(expression, row), expected, expression);
    }
  });
}

Deno.test("a whole number beyond 2^53 is not computed with", () => {
  for (const expression of ["n + 1", "-n", "n < m", "abs(n)", "n / 2", "least(n, m)"]) {
    assert.throws(() => valueOf(expression, { n: BIG, m: 1 }), /beyond 2\^53 - 1/, expression);
  }
  const levels = [{ price: 1, sizes: [1, BIG], side: "x" }];
  for (const expression of ["max_list(levels[0].sizes)", "levels[0].sizes as vector(2)"]) {
    assert.throws(() => valueOf(expression, { levels }), /beyond 2\^53 - 1/, expression);
  }
  assert.equal(valueOf("levels[0].sizes[1]", { levels }), BIG);
});
