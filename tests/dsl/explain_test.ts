/** What people are told about a feature. */
import assert from "node:assert/strict";
import {
  aggregateFunctions,
  type ArgumentKind,
  compilePlugins,
  explainFeature,
  type Feature,
  printExpression,
  printSignature,
  reachOf,
  scalarFunctions,
} from "../../dsl/mod.ts";
import { hashText, pluginOfText } from "./plugin_source.ts";

function featureOf(text: string, name = "f"): Feature {
  const sources = `
    source s { k string key, t timestamp time, x f64, side "a" | "b", v vector(2), m map<string, f64> }
      lateness 2s
    source r { k string key, t timestamp time, y f64 = 1 }`;
  const plugin = pluginOfText("p", `${sources}\n${text}`);
  const compilation = compilePlugins([plugin], { hash: hashText });
  assert.deepEqual(compilation.diagnostics, []);
  const { feature } = compilation.instantiate({ definition: `p.${name}` });
  assert.ok(feature !== undefined);
  return feature;
}

Deno.test("explainFeature() tells form, windows, reach and everything that is read", () => {
  const feature = featureOf(`
    feature half on s { h = x / 2 }
    /// Twice.
    feature f(w = 60s) on half join r within 5s where h > 0 {
      n = count() where r.y > 1 over w
      d = h - first(h) over 1h
    }`);
  assert.equal(
    explainFeature(feature).replace(/id {7}\w+/g, "id       …").replace(/\n {2}state .*/g, ""),
    `feature p.f(w: 1m)
  doc      Twice.
  id       …
  form     sliding: windows that move with every row and every query
  reads    p.half
  join     p.r as r: its last row within 5s, on k == r.k
  keys     k string
  time     t
  where    h > 0
  windows  1m, 1h
  reach    7205s
  output   n i64 = count() where r.y > 1 over 1m
  output   d f64 = h - first(h) over 1h

feature p.half
  id       …
  form     map: expressions over the value of what it reads
  reads    p.s
  keys     k string
  time     t
  reach    0s
  output   h f64 = x / 2

source p.r
  keys     k
  time     t
  lateness 0s
  idle     1s
  column   k string
  column   t timestamp
  column   y f64 = 1

source p.s
  keys     k
  time     t
  lateness 2s
  idle     1s
  column   k string
  column   t timestamp
  column   x f64
  column   side "a" | "b"
  column   v vector(2)
  column   m map<string, f64>`,
  );
});

Deno.test("explainFeature() shows unions, pairs, tables and the clauses of time", () => {
  const text = explainFeature(featureOf(`
    table firms { k string key, t timestamp time, name string, gone bool deleted } attributes venue
    feature f on union(r, r) as u join firms join s between -5s and 1s {
      n = count() over 1m
    } every 10s ttl 1h`));
  for (
    const line of [
      "  form     sliding: windows that move with every row and every query",
      "  reads    pairs of union(p.r, p.r) and p.s",
      "  join     p.firms as firms: its value, on k == firms.k",
      "  every    10s",
      "  ttl      1h",
      "  form     pairs: one row for each pair of rows; its value is its last row",
      "  join     p.s as s: every row between -5s and 1s, on k == s.k",
      "  form     union: the rows of several streams in order; its value is its last row",
      "  reads    p.r, p.r",
      "table p.firms",
      "  deleted  gone",
      "  needs    venue",
    ]
  ) assert.ok(text.split("\n").includes(line), `${line}\n${text}`);
});

Deno.test("reachOf() adds up what is read, and has no end where rows are counted", () => {
  const cases: Readonly<Record<string, number>> = {
    "feature f on s { a = x }": 0,
    "feature f on s { a = sum(x) over 1m }": 120,
    "feature f on s { a = sum(x) over tumbling 1m }": 60,
    "feature f on s { a = sum(x) over ever }": Infinity,
    "feature f on s { a = sum(x) over last 3 }": Infinity,
    "feature f on s { a = prev(x) }": Infinity,
    "feature f on s join r within 5s { a = r.y }": 5,
    "feature f on s join r { a = r.y }": Infinity,
    "feature f on s { a = sum(x) over 1m } every 10s": 130,
    "feature f on s { a = x } every 10s": Infinity,
    "feature f on s { a = sum(x) over hopping 1m step 1s }": 120,
    "feature f on s { a = sum(x) over tumbling 1m fill }": Infinity,
    "feature f on s { a = sum(x) over session 1m }": Infinity,
    "feature f on s { a = sum(x) over tumbling 3 rows }": Infinity,
    "feature h on s { a = sum(x) over 1m }\nfeature f on union(h, h) { b = a }": 120,
    "feature g on s { a = sum(x) over 1m }\nfeature f on g { b = max(a) over 10s }": 140,
  };
  for (const [text, seconds] of Object.entries(cases)) {
    assert.equal(reachOf({ kind: "feature", feature: featureOf(text) }) / 1e6, seconds, text);
  }
});

Deno.test("printExpression() writes what compiles to the same expression", () => {
  const texts = [
    "x - (x - 1) - 2",
    "-(x + 1) * 2",
    "not (x > 1 or x < 0) and x == 3",
    'side in ("a", "b")',
    "(if x > 1 then 1 else 2) + 1",
    "x ?? (x ?? 1)",
    '1 + sum(x) where side == "a" over 1m / (count() over ever)',
    "quantile(x, 0.5) over last 5",
    "lag(x * 2, 3) + clip(x, 0, 1)",
    "t + 90s * 2",
  ];
  for (const text of texts) {
    const first = featureOf(`feature f on s { a = ${text} }`);
    const printed = printExpression(first.outputs[0]?.expression ?? assert.fail());
    const second = featureOf(`feature f on s { a = ${printed} }`);
    assert.equal(second.id, first.id, printed);
  }
});

const examples: Readonly<Record<ArgumentKind, string>> = {
  any: "x",
  scalar: "side",
  number: "x",
  integer: "2",
  quantity: "x",
  difference: "t",
  ordered: "x",
  same: "x",
  bool: "x > 1",
  timestamp: "t",
  duration: "1m",
  text: "side",
  texts: 'split(k, ",")',
  sized: "k",
  container: "k",
  member: '"a"',
  list: 'split(k, ",")',
  numbers: "v",
  map: "m",
  vector: "v",
  regex: '"a(b)"',
  zone: '"Europe/Berlin"',
  unit: '"week"',
  time_pattern: '"yyyy-MM-dd HH:mm:ss.SSS"',
  group: "1",
  rows: "3",
  fraction: "0.5",
  half_life: "1m",
};

Deno.test("every function has a doc and a signature that checks", () => {
  for (const { name, parameters, doc } of scalarFunctions.values()) {
    assert.notEqual(doc, "");
    const list = parameters.map(({ kind }) => examples[kind]).join(", ");
    featureOf(`feature f on s { a = ${name}(${list}) }`);
  }
  for (const { name, parameters, doc } of aggregateFunctions.values()) {
    assert.notEqual(doc, "");
    const list = parameters.map(({ kind }) => examples[kind]).join(", ");
    featureOf(`feature f on s { a = ${name}(${list}) over 1m }`);
  }
});

Deno.test("printSignature() shows what may be left out", () => {
  const shown = ["substring", "concat", "abs"].map((name) =>
    printSignature(scalarFunctions.get(name) ?? assert.fail())
  );
  assert.deepEqual(shown, ["substring(s, start[, count])", "concat(a, b, …)", "abs(x)"]);
});
