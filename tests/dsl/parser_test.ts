/** Shapes of trees: precedence, clauses, and how parsing goes on after a mistake. */
import assert from "node:assert/strict";
import type { ExpressionNode, FeatureNode, WindowNode } from "../../dsl/ast.ts";
import { createReport, type Diagnostic } from "../../dsl/diagnostic.ts";
import { parse } from "../../dsl/parser.ts";
import { createSourceText } from "../../dsl/source.ts";
import { pluginOfText } from "./plugin_source.ts";

function parseText(template: string) {
  const source = createSourceText(pluginOfText("p", template));
  const diagnostics: Diagnostic[] = [];
  const { declarations } = parse("p", source, createReport(source, diagnostics));
  return { declarations, diagnostics, codes: diagnostics.map(({ code }) => code) };
}

function parseFeature(template: string): FeatureNode {
  const { declarations, diagnostics } = parseText(template);
  assert.deepEqual(diagnostics, []);
  const [feature] = declarations;
  assert.ok(feature?.kind === "feature");
  return feature;
}

/** A tree as nested brackets. */
function shapeOf(node: ExpressionNode): string {
  switch (node.kind) {
    case "path":
      return node.path.map(({ name }) => name).join(".");
    case "unary":
      return `[${node.operator} ${shapeOf(node.operand)}]`;
    case "binary":
      return `[${shapeOf(node.left)} ${node.operator} ${shapeOf(node.right)}]`;
    case "in":
      return `[${shapeOf(node.operand)} in ${node.choices.map(shapeOf).join()}]`;
    case "if":
      return `[if ${[node.condition, node.then, node.otherwise].map(shapeOf).join("|")}]`;
    case "call": {
      const where = node.where === undefined ? "" : ` where ${shapeOf(node.where)}`;
      const over = node.window === undefined ? "" : ` over ${windowOf(node.window)}`;
      return `${node.name.name}(${node.arguments.map(shapeOf).join()})${where}${over}`;
    }
    case "hole":
    case "hole_call":
      return node.kind;
    case "null":
      return "null";
    default:
      return String(node.value);
  }
}

function windowOf(node: WindowNode): string {
  switch (node.kind) {
    case "ever":
    case "unbuilt":
      return node.kind;
    case "last":
      return `last ${shapeOf(node.rows)}`;
    case "sliding":
      return shapeOf(node.width);
    case "tumbling":
      return `tumbling ${shapeOf(node.width)}${node.offset ? ` ${shapeOf(node.offset)}` : ""}`;
  }
}

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
    "first(a) over tumbling w offset 1h": "first(a) over tumbling w 3600000000",
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
  const deep = `feature f on s { y = ${"(".repeat(5000)}x${")".repeat(5000)} }`;
  const long = `feature f on s { y = x${" + x".repeat(5000)} }`;
  for (const text of [deep, long, `feature f on s { y = ${"not ".repeat(5000)}x }`]) {
    assert.deepEqual(parseText(text).codes, ["E104"]);
  }
});
