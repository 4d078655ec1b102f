import assert from "node:assert/strict";
import { type Cell, type Cells, valueOf } from "./run_expression.ts";

const TRUTHS = [true, false, null] as const;

Deno.test("and, or and not are three-valued, as value and as condition", () => {
  for (const p of TRUTHS) {
    for (const q of TRUTHS) {
      const row = { p, q };
      const both = p === false || q === false ? false : p === null || q === null ? null : true;
      const either = p === true || q === true ? true : p === null || q === null ? null : false;
      assert.equal(valueOf("p and q", row), both, `${p} and ${q}`);
      assert.equal(valueOf("p or q", row), either, `${p} or ${q}`);
      assert.equal(valueOf("not (p and q)", row), negated(both), `not (${p} and ${q})`);
      assert.equal(valueOf("not (p or q)", row), negated(either), `not (${p} or ${q})`);
      assert.equal(valueOf("if p and q then 1 else 0", row), both === true ? 1 : 0);
      assert.equal(valueOf("if not (p or q) then 1 else 0", row), either === false ? 1 : 0);
      assert.equal(valueOf("p == q", row), p === null || q === null ? null : p === q);
    }
    assert.equal(valueOf("not p", { p }), negated(p));
    assert.equal(valueOf("not (not p)", { p }), p);
  }
});

const COMPARISONS: readonly (readonly [string, Cells, Cell])[] = [
  ["a != b", { a: 1 }, null],
  ["a == b", {}, null],
  ["not (a == b)", { a: 1 }, null],
  ["not (a < b)", { a: 1 }, null],
  ["if a != b then 1 else 2", { a: 1 }, 2],
  ["if not (a != b) then 1 else 2", { a: 1 }, 2],
  ["t == u", {}, null],
  ["t != u", { t: "x" }, null],
  ["t == u", { t: "x", u: "x" }, true],
  ['t != "x"', { t: "y" }, true],
  ['t == "x" or p', { p: true }, true],
  ['t == "x" and p', { p: false }, false],
  ["a <= b", { a: 1, b: 1 }, true],
  ["is_null(a)", {}, true],
  ["is_null(a + b)", { a: 1 }, true],
  ["is_null(t)", { t: "" }, false],
];

const MEMBERSHIP: readonly (readonly [string, Cells, Cell])[] = [
  ["a in (1, b)", { a: 1 }, true],
  ["a in (1, b)", { a: 2 }, null],
  ["a in (1, 2)", { a: 3 }, false],
  ["a in (1, 2)", {}, null],
  ['t in ("x", u)', { t: "x" }, true],
  ['t in ("x", u)', { t: "y" }, null],
  ['t in ("x", "y")', { t: "z" }, false],
  ["not (a in (1, b))", { a: 2 }, null],
  ["if a in (1, b) then 1 else 0", { a: 2 }, 0],
];

const DEFAULTS: readonly (readonly [string, Cells, Cell])[] = [
  ["a ?? b", { b: 2 }, 2],
  ["a ?? b", { a: 0, b: 2 }, 0],
  ["a ?? b ?? 7", {}, 7],
  ['t ?? "none"', {}, "none"],
  ["t ?? u", { u: "x" }, "x"],
  ["(p ?? false) or q", {}, null],
  ["(a ?? 1) + (b ?? 2)", { b: 5 }, 6],
  ["if a > 1 then t else u", { u: "x", t: "y" }, "x"],
  ["is_null(a ?? b)", {}, true],
];

/** Inside an expression NaN is a number like any other: it is not null. */
const NUMBERS: readonly (readonly [string, Cells, Cell])[] = [
  ["0 * (1 / a)", { a: 0 }, null],
  ["is_null(0 * (1 / a))", { a: 0 }, false],
  ["(0 * (1 / a)) ?? 5", { a: 0 }, null],
  ["0 * (1 / a) != 1", { a: 0 }, true],
  ["0 * (1 / a) == 0 * (1 / a)", { a: 0 }, false],
  ["1 / a > 5", { a: 0 }, true],
  ["1 / (1 / a)", { a: 0 }, 0],
  ["1 / a", { a: 0 }, null],
  ["-a", { a: 0 }, 0],
  ["1 / (a * -1)", { a: 0 }, null],
  ["1 / (a * -1) < 0", { a: 0 }, true],
  ["sqrt(a)", { a: -1 }, null],
  ["pow(a, 0)", {}, null],
  ["pow(a, b)", { a: 2, b: 10 }, 1024],
  ["n / m", { n: 7, m: 2 }, 3.5],
  ["n % m", { n: -7, m: 2 }, -1],
  ["mod(n, m)", { n: -7, m: 2 }, 1],
  ["div(n, m)", { n: -7, m: 2 }, -4],
  ["least(a, b)", { a: 1 }, null],
  ["round(a)", { a: 0.49999999999999994 }, 0],
  ["round(a)", { a: 4503599627370497 }, 4503599627370497],
  ["hour(ts)", { ts: 3_600_000_000 }, 1],
  ["seconds(d * 0.3)", { d: 5 }, 0.000001],
  ["a + b", { a: 1e308, b: 1e308 }, null],
];

for (const [group, cases] of Object.entries({ COMPARISONS, MEMBERSHIP, DEFAULTS, NUMBERS })) {
  Deno.test(`generated text gives the values worked by hand: ${group.toLowerCase()}`, () => {
    const wrong = cases.flatMap(([expression, row, expected]) => {
      const actual = valueOf(expression, row);
      return Object.is(actual, expected)
        ? []
        : [`${expression} at ${JSON.stringify(row)}: ${actual}, not ${expected}`];
    });
    assert.deepEqual(wrong, []);
  });
}

Deno.test("an i64 result is exact or an error, and only where it is computed", () => {
  const most = Number.MAX_SAFE_INTEGER;
  assert.equal(valueOf("n + m", { n: most - 1, m: 1 }), most);
  assert.equal(valueOf("n - m", { n: -most, m: 0 }), -most);
  for (const expression of ["n + m", "n * m", "-n - m", "(n + m) * 0"]) {
    assert.throws(() => valueOf(expression, { n: most, m: most }), /9007199254740991/, expression);
  }
  assert.equal(valueOf("if n > 0 then 1 else n * m", { n: most, m: most }), 1);
  assert.equal(valueOf("n + m", { n: most }), null);
});

function negated(value: boolean | null): boolean | null {
  return value === null ? null : !value;
}
