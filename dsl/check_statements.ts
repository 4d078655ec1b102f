/** The body of a feature: statements, or what a reducer returns. */
import type { FeatureNode, StatementNode } from "./ast.ts";
import { checkExpression } from "./check_expression.ts";
import type { Report } from "./diagnostic.ts";
import type { Scope } from "./scope.ts";
import type { Column, Expression, OutputColumn } from "./typed_ast.ts";

/** The outputs of a feature, those that are right. */
export function checkBody(node: FeatureNode, scope: Scope): readonly OutputColumn[] {
  return node.fold === undefined ? checkStatements(node, scope) : checkFields(node, scope.report);
}

/** Names of the outputs with where they stand, right or wrong. */
export function outputNodes(node: FeatureNode): readonly Pick<StatementNode, "name">[] {
  const statements = node.statements.filter(({ kind }) => kind === "output");
  return node.fold === undefined ? statements : node.fields ?? [];
}

/** Reports outputs that are named as a key or the time, and a body without any. */
export function checkOutputNames(
  node: FeatureNode,
  reserved: { readonly keys: readonly Column[]; readonly time: string },
  report: Report,
): void {
  const outputs = outputNodes(node);
  if (outputs.length === 0 && node.broken !== true) {
    const hint = node.fold === undefined
      ? 'a statement "name = expression" without let is an output'
      : 'say what the reducer returns: "name type"';
    report("E505", node.name, `The feature "${node.name.name}" has no outputs`, hint);
  }
  for (const { name } of outputs) {
    const key = reserved.keys.some((each) => each.name === name.name);
    if (!key && name.name !== reserved.time) continue;
    const what = key ? "a key" : "the time";
    const message = `The output "${name.name}" has the name of ${what} of this feature`;
    report("E209", name, message, `${what} is there already; choose another name`);
  }
}

function checkFields({ fields }: FeatureNode, report: Report): readonly OutputColumn[] {
  const outputs = new Map<string, OutputColumn>();
  for (const { name, type, doc } of fields ?? []) {
    if (outputs.has(name.name)) {
      report("E203", name, `The output "${name.name}" is defined twice`);
    } else if (type !== undefined) {
      const expression: Expression = { kind: "folded", type, name: name.name };
      const described = doc === undefined ? {} : { doc };
      outputs.set(name.name, { name: name.name, type, expression, ...described });
    }
  }
  return [...outputs.values()];
}

function checkStatements(node: FeatureNode, scope: Scope): readonly OutputColumn[] {
  const lets = new Map<string, Expression | undefined>();
  const names = new Set<string>();
  const outputs: OutputColumn[] = [];
  for (const statement of node.statements) {
    const expression = checkExpression(statement.value, { ...scope, lets, outputs: names });
    const { name } = statement.name;
    checkRepeated(statement, statement.kind === "let" ? lets.has(name) : names.has(name), scope);
    if (statement.kind === "let") {
      lets.set(name, expression);
      continue;
    }
    names.add(name);
    if (expression === undefined) continue;
    const doc = statement.doc === undefined ? {} : { doc: statement.doc };
    outputs.push({ name, type: expression.type, expression, ...doc });
  }
  return outputs;
}

function checkRepeated(statement: StatementNode, repeated: boolean, { report }: Scope): void {
  const { name } = statement;
  const what = statement.kind === "let" ? "let" : "output";
  if (repeated) report("E203", name, `The ${what} "${name.name}" is defined twice`);
}
