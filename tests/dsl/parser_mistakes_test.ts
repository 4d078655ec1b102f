/** How parsing goes on after mistakes, what it says of them, and what it refuses. */
import assert from "node:assert/strict";
import { parseText } from "./syntax_shapes.ts";

Deno.test("parse() reports a mistake in each statement and each declaration, and reads the rest", () => {
  const { declarations, codes } = parseText(`
    source s { t timestamp time, x f64 64 }
    fature a on s { y = x }
    feature b on s {
      y = (x +
      z = 1
      w = x x
      v = x
    }
    feature c on s { y = ) }
    feature d on s { y = x }`);
  assert.deepEqual(codes, ["E104", "E104", "E104", "E104", "E104"]);
  assert.deepEqual(declarations.map(({ name, broken }) => [name.name, broken]), [
    ["s", true],
    ["b", true],
    ["c", true],
    ["d", undefined],
  ]);
});

Deno.test("parse() finds the next declaration after a body that is not closed", () => {
  const { declarations, codes } = parseText(`
    feature a on s {
      y = x
    feature b on s { y = x }
    source c { t timestamp time`);
  assert.deepEqual(codes, ["E106", "E106"]);
  assert.deepEqual(declarations.map(({ name }) => name.name), ["a", "b", "c"]);
});

Deno.test("parse() refuses texts that would exhaust the stack", () => {
  const many = (text: string) => text.repeat(10_000);
  const texts = [
    `feature f on s { y = ${many("(")}x${many(")")} }`,
    `feature f on s { y = x${many(" + x")} }`,
    `feature f on s { y = x${many("[0]")} }`,
    `feature f on s { y = x[0]${many(".a")} }`,
    `feature f on s { y = x${many(" as i64")} }`,
    `feature f on s { y = ${many("not ")}x }`,
    `feature f on s { y = ${many("-")}x }`,
    `feature f on s { y = ${many("f(")}x }`,
    `feature f on s { y = ${many("if ")}x }`,
    `feature f on ${many("union(")}s { y = x }`,
    `source s { t timestamp time, x ${many("list<")}f64${many(">")} }`,
    `source s { t timestamp time, x ${many("struct{a ")}f64${many("}")} }`,
  ];
  for (const text of texts) {
    assert.deepEqual([...new Set(parseText(text).codes)], ["E104"], text.slice(0, 60));
  }
});

Deno.test("parse() says what was probably meant", () => {
  const cases: Readonly<Record<string, string>> = {
    "feature f on s jion t { y = x }": 'did you mean "join"?',
    "feature f on s { y = x } evry 1s": 'did you mean "every"?',
    "feature f on s { y = x } lateness 1s": '"lateness" stands after the body of a source',
    "tabel s { k i64 key }": 'did you mean "table"?',
    "source s { k i64 kye }": 'did you mean "key"?',
    "source s { k lits<f64> }": 'did you mean "list"?',
    "source s { k map<list<f64>, f64> }": "numbers, strings, booleans, times and enums are keys",
    "feature f on s { y = sum(x) over tumblin 1m }": 'did you mean "tumbling"?',
    "feature f on s { y = sum(x) over 1m where z }":
      "the clauses of an aggregate stand in the order where, per, over",
    "feature f on s { y = sum(x) per z top 3 by valu over 1m }": 'did you mean "value"?',
    "feature f on s where x by k { y = x }":
      "what is before the body stands in the order as, join, by, where, fold",
    "feature f on s join t on a == t.a within 1m { y = x }":
      "the parts of a join stand in the order as, within or between, on",
    "feature f on s over 1m { y = x }": '"over" stands after the body',
    "table s { k i64 key } unique by k within 1m": "a table keeps the last row of each key",
  };
  for (const [text, hint] of Object.entries(cases)) {
    const { diagnostics } = parseText(text);
    assert.equal(diagnostics[0]?.hint, hint, text);
  }
});

Deno.test("parse() shows the part of a long line where each of its many mistakes is", () => {
  const { diagnostics } = parseText(`${"; ".repeat(5000)}x`);
  assert.equal(diagnostics.length, 5001);
  for (const { place } of diagnostics) {
    const [text = "", marker = ""] = place?.frame.split("\n").slice(-2) ?? [];
    assert.ok(text.length < 300 && marker.length <= text.length + 1);
    assert.match(text[marker.indexOf("^")] ?? "", /[;x]/);
  }
});
