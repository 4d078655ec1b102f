/** Trees as short texts, for tests of the parser. */
import assert from "node:assert/strict";
import type {
  AggregateClauses,
  ExpressionNode,
  FeatureNode,
  StreamNode,
  WindowNode,
} from "../../dsl/ast.ts";
import { createReport, type Diagnostic } from "../../dsl/diagnostic.ts";
import { parse } from "../../dsl/parser.ts";
import { createSourceText } from "../../dsl/source.ts";
import type { PluginText } from "../../dsl/template.ts";
import { printType } from "../../dsl/types.ts";
import { pluginOfText } from "./plugin_source.ts";

export function parseText(template: string) {
  return parsePlugin(pluginOfText("p", template));
}

export function parsePlugin(plugin: PluginText) {
  const source = createSourceText(plugin);
  const diagnostics: Diagnostic[] = [];
  const { declarations } = parse("p", source, createReport(source, diagnostics));
  return { declarations, diagnostics, codes: diagnostics.map(({ code }) => code) };
}

export function parseFeature(template: string): FeatureNode {
  const { declarations, diagnostics } = parseText(template);
  assert.deepEqual(diagnostics, []);
  const [feature] = declarations;
  assert.ok(feature?.kind === "feature");
  return feature;
}

/** A tree as nested brackets. */
export function shapeOf(node: ExpressionNode): string {
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
    case "cast":
      return `[${shapeOf(node.operand)} as ${node.type ? printType(node.type) : "?"}]`;
    case "element":
      return `[${shapeOf(node.operand)} at ${shapeOf(node.index)}]`;
    case "field":
      return `[${shapeOf(node.operand)} . ${node.name.name}]`;
    case "call":
      return `${node.name.name}(${node.arguments.map(shapeOf).join()})${clausesOf(node)}`;
    case "hole_call": {
      const type = node.returns ? ` as ${printType(node.returns)}` : "";
      return `hole(${node.arguments.map(shapeOf).join()})${type}${clausesOf(node)}`;
    }
    case "hole":
      return node.kind;
    case "null":
      return "null";
    default:
      return String(node.value);
  }
}

function clausesOf({ where, per, window, excluding }: AggregateClauses): string {
  const top = per?.top ? ` top ${shapeOf(per.top.most)} by ${per.top.by}` : "";
  return (where ? ` where ${shapeOf(where)}` : "") +
    (per ? ` per ${shapeOf(per.category)}${top}` : "") +
    (window ? ` over ${windowOf(window)}` : "") + (excluding ? " excluding current" : "");
}

export function windowOf(node: WindowNode): string {
  switch (node.kind) {
    case "ever":
      return node.kind;
    case "last":
      return `last ${shapeOf(node.rows)}`;
    case "sliding":
      return shapeOf(node.width);
    case "tumbling":
      return `tumbling ${shapeOf(node.width)}${gridOf(node)}`;
    case "hopping":
      return `hopping ${shapeOf(node.width)} step ${shapeOf(node.step)}${gridOf(node)}`;
    case "session":
      return `session ${shapeOf(node.gap)}`;
    case "bar":
      return `tumbling ${shapeOf(node.rows)} rows`;
    case "sum_bar":
      return `tumbling sum(${shapeOf(node.of)}) >= ${shapeOf(node.least)}`;
  }
}

function gridOf({ offset, fill }: { readonly offset?: ExpressionNode; readonly fill: boolean }) {
  return (offset ? ` offset ${shapeOf(offset)}` : "") + (fill ? " fill" : "");
}

export function streamOf(node: StreamNode): string {
  switch (node.kind) {
    case "hole":
      return "hole";
    case "path":
      return node.path.map(({ name }) => name).join(".") +
        node.arguments.map(({ name, value }) => ` ${name.name}:${shapeOf(value)}`).join("");
    case "union":
      return `union(${node.members.map(streamOf).join()})`;
  }
}
