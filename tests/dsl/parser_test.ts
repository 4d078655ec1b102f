/** Shapes of trees: precedence, clauses, windows, streams and declarations. */
import assert from "node:assert/strict";
import type { SourceNode } from "../../dsl/ast.ts";
import { printType } from "../../dsl/types.ts";
import { pluginSource } from "./plugin_source.ts";
import {
  parseFeature,
  parsePlugin,
  parseText,
  shapeOf,
  streamOf,
  windowOf,
} from "./syntax_shapes.ts";

Deno.test("parse() binds operators from loosest to tightest", () => {
  const cases: Readonly<Record<string, string>> = {
    "a ?? b or c and not d == e + f * -g": "[a ?? [b or [c and [not [d == [e + [f * [- g]]]]]]]]",
    "a - b - c": "[[a - b] - c]",
    "a / (b * c)": "[a / [b * c]]",
    "not a in (1, 2)": "[not [a in 1,2]]",
    "a not in (1) and b": "[[not [a in 1]] and b]",
    "if a > 1 then b else c + 1": "[if [a > 1]|b|[c + 1]]",
    "1 + if a then b else c": "[1 + [if a|b|c]]",
    "q.ask - x": "[q.ask - x]",
    "sum(a) where b == c over 1h / sum(a) over 24h":
      "[sum(a) where [b == c] over 3600000000 / sum(a) over 86400000000]",
    "count() where is_null(a) over last 5 + 1": "[count() where is_null(a) over last 5 + 1]",
    "first(a) over tumbling w offset 1h": "first(a) over tumbling w offset 3600000000",
    "first(a) over tumbling w offset -1m fill": "first(a) over tumbling w offset -60000000 fill",
    "-a as i64 * b": "[[[- a] as i64] * b]",
    "a as f64 as string == b": "[[[a as f64] as string] == b]",
    'a as "x" | "y" ?? b': '[[a as "x" | "y"] ?? b]',
    "a as vector(3)": "[a as vector(3)]",
    "-a[0]": "[- [a at 0]]",
    "a[i + 1][-1].b.c as i64": "[[[[[a at [i + 1]] at [- 1]] . b] . c] as i64]",
    "a.b[0]": "[a.b at 0]",
    "f(a).b": "[f(a) . b]",
    "(a).b": "[a . b]",
    "top(a, 3) over 1h[0]": "[top(a,3) over 3600000000 at 0]",
    "sum(a) where b per c top n by value over 1h excluding current":
      "sum(a) where b per c top n by value over 3600000000 excluding current",
    "count() per upper(c) over ever as string": "[count() per upper(c) over ever as string]",
    "count() per top top 2 by key": "count() per top top 2 by key",
    "avg(a) over hopping 1h step s offset 1m fill":
      "avg(a) over hopping 3600000000 step s offset 60000000 fill",
    "avg(a) over session g": "avg(a) over session g",
    "avg(a) over tumbling n rows": "avg(a) over tumbling n rows",
    "avg(a) over tumbling sum(b * c) >= 1_000": "avg(a) over tumbling sum([b * c]) >= 1000",
    "avg(a) over last excluding current": "avg(a) over last excluding current",
    "avg(a) over session + hopping": "[avg(a) over session + hopping]",
    "sum(a) over last": "sum(a) over last",
    "a\n    - b": "[a - b]",
  };
  for (const [text, shape] of Object.entries(cases)) {
    const feature = parseFeature(`feature f on s { x = ${text} }`);
    assert.equal(
      shapeOf(feature.statements[0]?.value ?? { kind: "null", start: 0, end: 0 }),
      shape,
    );
  }
});

Deno.test("parse() reads every clause of a feature", () => {
  const feature = parseFeature(`
    /// Doc.
    feature f(w = 1m, n = 5) on market.s(window: w) as left
      join t as right within 10s on a == right.b and right.c == d
      join u
      by a, b where a > 1 {
      let y = prev(x), z = y
      w = z
    } over last n`);
  assert.equal(feature.doc, "Doc.");
  assert.deepEqual(feature.params.map(({ name }) => name.name), ["w", "n"]);
  assert.equal(feature.alias?.name, "left");
  assert.deepEqual(feature.joins.map(({ on }) => on.length), [2, 0]);
  assert.deepEqual(feature.by?.map(({ name }) => name), ["a", "b"]);
  assert.deepEqual(feature.statements.map(({ kind, name }) => `${kind} ${name.name}`), [
    "let y",
    "output z",
    "output w",
  ]);
  assert.equal(windowOf(feature.window ?? { kind: "ever", start: 0, end: 0 }), "last n");
});

Deno.test("parse() reads the clauses after a feature's body in any order", () => {
  const feature = parseFeature(`feature f on s { y = x }
    store ttl 1d over 1h excluding current online every d`);
  assert.equal(windowOf(feature.window ?? { kind: "ever", start: 0, end: 0 }), "3600000000");
  assert.deepEqual(
    [feature.excluding, feature.online, feature.store].map((span) => span !== undefined),
    [true, true, true],
  );
  assert.deepEqual([feature.every, feature.ttl].map((node) => node && shapeOf(node)), [
    "d",
    "86400000000",
  ]);
});

Deno.test("parse() reads unions, interval joins, global keys and keys in parentheses", () => {
  const feature = parseFeature(`
    feature f on union(a, m.b(w: -1m), union(c, d)) as u
      join t between -5s and 0s on u.a == t.b
      join v as x between -d and d
      by () { y = x }`);
  assert.equal(streamOf(feature.on), "union(a,m.b w:-60000000,union(c,d))");
  assert.deepEqual(
    feature.joins.map(({ between }) => between && [shapeOf(between.from), shapeOf(between.to)]),
    [["-5000000", "0"], ["[- d]", "d"]],
  );
  assert.deepEqual(feature.by, []);
  assert.equal(parseFeature("feature f on s by (a, b) { y = x }").by?.length, 2);
  assert.equal(streamOf(parseFeature("feature f on union { y = x }").on), "union");
  assert.equal(
    streamOf(parseFeature("feature f on union(w: 1m) { y = x }").on),
    "union w:60000000",
  );
});

Deno.test("parse() reads a fold and its columns", () => {
  const { declarations, codes } = parsePlugin(pluginSource("p")`
    feature book(depth = 5) on updates by k where ok fold ${() => null} {
      /// Best first.
      bids list<struct{price f64, size f64}>
      n i64, names map<string, list<string>>
      at struct{
        x f64
        y "a" | "b"
      }
    } ttl 1d`);
  assert.deepEqual(codes, []);
  const [feature] = declarations;
  assert.ok(feature?.kind === "feature" && feature.fields !== undefined);
  assert.equal(feature.fold?.index, 0);
  assert.deepEqual(feature.statements, []);
  assert.deepEqual(
    feature.fields.map(({ name, type }) => `${name.name} ${type && printType(type)}`),
    [
      "bids list<struct{price f64, size f64}>",
      "n i64",
      "names map<string, list<string>>",
      'at struct{x f64, y "a" | "b"}',
    ],
  );
  assert.equal(feature.fields[0]?.doc, "Best first.");
});

Deno.test("parse() reads tables, schemas and attributes", () => {
  const { declarations, codes } = parsePlugin(pluginSource("p")`
    table users {
      id i64 key, ts timestamp time
      gone bool deleted
    } attributes region, tier lateness 2s
    source orders ${{}} {
      user key
      ts time
      total = price * amount
      extra list<f64>
    } unique by user within 1m attributes shop`);
  assert.deepEqual(codes, []);
  const [users, orders] = declarations as readonly SourceNode[];
  assert.equal(users?.table, true);
  assert.deepEqual(users?.columns[2]?.roles.map(({ role }) => role), ["deleted"]);
  assert.deepEqual(users?.attributes?.map(({ name }) => name), ["region", "tier"]);
  assert.equal(orders?.table, undefined);
  assert.equal(orders?.schema?.index, 0);
  assert.deepEqual(orders?.columns.map(({ type }) => type && printType(type)), [
    undefined,
    undefined,
    undefined,
    "list<f64>",
  ]);
});

Deno.test("parse() gives clauses to holes that may be aggregates, not to functions", () => {
  const { declarations, codes } = parsePlugin(pluginSource("p")`feature f on s {
    a = ${{ init: () => 0, add: () => 0, result: () => 0 }}(x, y) as list<f64> where z over 1h
    b = sum(x) where ${() => true}(x) as bool over 2h
  }`);
  assert.deepEqual(codes, []);
  const [feature] = declarations;
  assert.ok(feature?.kind === "feature");
  assert.deepEqual(feature.statements.map(({ value }) => shapeOf(value)), [
    "hole(x,y) as list<f64> where z over 3600000000",
    "sum(x) where hole(x) as bool over 7200000000",
  ]);
});

Deno.test("parse() reserves no word that it reads by its place", () => {
  const words =
    ("on by union fold every ttl online store attributes table source feature input per_ " +
      "top excluding current between step fill session hopping tumbling last ever rows offset " +
      "lateness idle unique within join key value time sequence deleted list struct map vector")
      .split(" ");
  for (const word of words) {
    const { codes } = parseText(`
      source ${word} { ${word} f64, t timestamp time }
      feature f(${word} = 1m) on ${word} as ${word} join ${word} as x within 1m on ${word}.a == x.${word}
        by ${word} where ${word} > 0 {
        let ${word} = sum(${word}) where ${word} == 1 per ${word} over 1h
        a = ${word} + prev(${word})[0].${word} as f64
        b = ${word}
        ${word} = count() over ${word}
      } every ${word}`);
    assert.deepEqual(codes, [], word);
  }
});

Deno.test("parse() takes window words as names where a statement begins", () => {
  const feature = parseFeature(`feature f(last = 1m, tumbling = 2m) on s {
    a = sum(x) over tumbling 1m
    offset = sum(x) over tumbling last
    rows = sum(x) over last
    fill = sum(x) over tumbling
    ever = sum(x) over last 3
    excluding = 1
  }`);
  assert.deepEqual(feature.statements.map(({ name, value }) => `${name.name} ${shapeOf(value)}`), [
    "a sum(x) over tumbling 60000000",
    "offset sum(x) over tumbling last",
    "rows sum(x) over last",
    "fill sum(x) over tumbling",
    "ever sum(x) over last 3",
    "excluding 1",
  ]);
});

Deno.test("parse() ends a computed column at its line, but not inside parentheses", () => {
  const { declarations, codes } = parseText(`
    source s {
      t timestamp time = a + (1m
        + 2m)
      a timestamp, b f64 = 1 +
        2
      c f64
    } unique by a, b within 1m lateness 2s idle 3s`);
  assert.deepEqual(codes, []);
  const [source] = declarations;
  assert.ok(source?.kind === "source");
  assert.deepEqual(source.columns.map(({ name }) => name.name), ["t", "a", "b", "c"]);
  assert.deepEqual(source.unique?.columns.map(({ name }) => name), ["a", "b"]);
});
