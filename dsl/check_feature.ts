/** Features: streams in, typed outputs out. */
import type { FeatureNode, StatementNode } from "./ast.ts";
import { checkWindow } from "./check_aggregate.ts";
import { checkCondition, checkExpression } from "./check_expression.ts";
import { checkForm } from "./check_form.ts";
import { aliasOf, checkJoin, type JoinedStream } from "./check_join.ts";
import type { Parameters } from "./constant.ts";
import { didYouMean, type Report } from "./diagnostic.ts";
import { createMarks, type Scope } from "./scope.ts";
import type { Stream } from "./stream.ts";
import type { Column, Expression, Feature, FeatureForm, Join, OutputColumn } from "./typed_ast.ts";

/** What checking finds out about a feature, right or wrong. */
export interface CheckedFeature {
  readonly form: FeatureForm;
  /** What readers of the feature see. */
  readonly stream: Stream;
  /** Everything but its identity; absent if it is wrong or a formal input is not bound. */
  readonly feature?: Omit<Feature, "id" | "plugin" | "params">;
}

export interface FeatureContext {
  readonly input: Stream;
  readonly rights: readonly Stream[];
  readonly params: Parameters;
  readonly report: Report;
  /** How many mistakes are reported so far. */
  readonly faults: () => number;
}

/** Checks one feature with its parameters set and its streams found. */
export function checkFeature(node: FeatureNode, context: FeatureContext): CheckedFeature {
  const { input, report, faults } = context;
  const joins = checkJoins(node, context);
  const keys = checkKeys(node, input, report);
  const scope = createScope(node, joins, context);
  const where = node.where === undefined
    ? undefined
    : checkCondition(node.where, { ...scope, place: "where" });
  const outputs = checkStatements(node, scope);
  checkOutputNames(node, { keys, time: input.time }, report);
  const { spans } = scope.marks;
  const expressions = outputs.map(({ expression }) => expression);
  const shape = checkForm({ node, outputs: expressions, spans, report });
  if (scope.window !== undefined && scope.window !== "wrong" && faults() === 0) {
    checkWindowUse(node, shape.form, report);
  }
  const stream = createShape(node, { keys, outputs, input });
  const found = joins.map(({ join }) => join).filter((join) => join !== undefined);
  const complete = input.upstream !== undefined && found.length === joins.length;
  if (faults() > 0 || !complete || node.broken === true) return { form: shape.form, stream };
  return {
    ...shape,
    stream,
    feature: build(node, { ...shape, keys, outputs, where, found, input }),
  };
}

interface Parts {
  readonly form: FeatureForm;
  readonly window?: Feature["window"];
  readonly keys: readonly Column[];
  readonly outputs: readonly OutputColumn[];
  readonly where: Expression | undefined;
  readonly found: readonly Join[];
  readonly input: Stream;
}

function build(
  node: FeatureNode,
  { form, window, keys, outputs, where, found, input }: Parts,
): NonNullable<CheckedFeature["feature"]> {
  const { upstream } = input;
  if (upstream === undefined) throw new TypeError("Cannot build a feature: it has no input");
  const same = keys.length === input.keys.length &&
    keys.every((key, index) => key.name === input.keys[index]?.name);
  return {
    name: node.name.name,
    ...(node.doc === undefined ? {} : { doc: node.doc }),
    form,
    input: upstream,
    joins: found,
    keys,
    rekeyed: !same,
    ...(where === undefined ? {} : { where }),
    outputs,
    ...(window === undefined ? {} : { window }),
    time: input.time,
  };
}

function checkJoins(node: FeatureNode, context: FeatureContext): readonly JoinedStream[] {
  const { input, rights, params, report } = context;
  const inputAlias = aliasOf(node, input);
  const taken = new Set([inputAlias]);
  return node.joins.map((join, index) => {
    const stream = rights[index];
    if (stream === undefined) throw new TypeError("Cannot check a join: its stream is missing");
    const joined = checkJoin(join, stream, { input, inputAlias, params, report });
    if (taken.has(joined.alias)) {
      const hint = `give it a name of its own: join … as other`;
      const message = `Two streams of this feature are called "${joined.alias}"`;
      report("E203", join.alias ?? join.right, message, hint);
    }
    taken.add(joined.alias);
    return joined;
  });
}

function checkKeys(node: FeatureNode, input: Stream, report: Report): readonly Column[] {
  if (node.by === undefined) return input.keys;
  const keys: Column[] = [];
  for (const name of node.by) {
    const type = input.columns.get(name.name);
    if (keys.some((key) => key.name === name.name)) {
      report("E203", name, `The key "${name.name}" is named twice`);
    } else if (name.name === input.time) {
      report("E209", name, `The time "${name.name}" cannot be a key`);
    } else if (type !== undefined) keys.push({ name: name.name, type });
    else if (input.open !== true && !input.columns.has(name.name)) {
      const hint = didYouMean(name.name, input.columns.keys());
      const message = `Cannot find the column "${name.name}" in "${input.name}"`;
      report("E201", name, message, hint);
    }
  }
  return keys;
}

function createScope(
  node: FeatureNode,
  joins: readonly JoinedStream[],
  { input, params, report }: FeatureContext,
): Scope {
  const window = node.window && (checkWindow(node.window, params, report) ?? "wrong");
  return {
    report,
    place: "output",
    params,
    lets: new Map(),
    outputs: new Set(),
    input,
    alias: aliasOf(node, input),
    joins,
    ...(window === undefined ? {} : { window }),
    marks: createMarks(),
  };
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

function checkOutputNames(
  node: FeatureNode,
  reserved: { readonly keys: readonly Column[]; readonly time: string },
  report: Report,
): void {
  const outputs = node.statements.filter(({ kind }) => kind === "output");
  if (outputs.length === 0 && node.broken !== true) {
    const hint = 'a statement "name = expression" without let is an output';
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

function checkWindowUse(node: FeatureNode, form: FeatureForm, report: Report): void {
  if (form !== "map" && form !== "rows") return;
  const hint = "leave it out, or aggregate: avg(x)";
  report("E410", node.window ?? node.name, "A window without any aggregate has no meaning", hint);
}

function createShape(
  node: FeatureNode,
  parts: {
    readonly keys: readonly Column[];
    readonly outputs: readonly OutputColumn[];
    readonly input: Stream;
  },
): Stream {
  const { keys, outputs, input } = parts;
  const { time } = input;
  const columns: Stream["columns"] = new Map([
    ...keys.map(({ name, type }) => [name, type] as const),
    ...(time === "" ? [] : [[time, { kind: "timestamp" }] as const]),
    ...node.statements.filter(({ kind }) => kind === "output").map(({ name }) =>
      [name.name, outputs.find((output) => output.name === name.name)?.type] as const
    ),
  ]);
  const open = node.broken === true || input.open === true ? { open: true } : {};
  return { name: node.name.name, columns, keys, time, ...open };
}
