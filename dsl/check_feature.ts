/** Features: streams in, typed outputs out. */
import type { FeatureNode } from "./ast.ts";
import { checkCondition, checkExpression } from "./check_expression.ts";
import { checkForm } from "./check_form.ts";
import { checkKeys } from "./check_keys.ts";
import { aliasOf } from "./check_join.ts";
import { checkJoins, type FeatureJoins } from "./check_joins.ts";
import { checkBody, checkOutputNames, outputNodes } from "./check_statements.ts";
import { checkWindow } from "./check_window.ts";
import { expectDuration, type Parameters } from "./constant.ts";
import type { Report } from "./diagnostic.ts";
import { createMarks, type Scope } from "./scope.ts";
import type { Stream } from "./stream.ts";
import {
  type Column,
  type Feature,
  type FeatureForm,
  type FoldHole,
  type OutputColumn,
  requestOf,
} from "./typed_ast.ts";

/** What checking finds out about a feature, right or wrong. */
export interface CheckedFeature {
  readonly form: FeatureForm;
  /** What readers of the feature see. */
  readonly stream: Stream;
  /** Everything but its identity; absent if it is wrong or a formal input is not bound. */
  readonly feature?: Omit<Feature, "id" | "plugin" | "params">;
}

export interface FeatureContext {
  readonly plugin: string;
  readonly input: Stream;
  readonly rights: readonly Stream[];
  readonly params: Parameters;
  readonly report: Report;
  /** How many mistakes are reported so far. */
  readonly faults: () => number;
  /** Makes the feature that an interval join stands for. */
  readonly identify: (feature: Omit<Feature, "id">) => Feature;
}

/** Checks one feature with its parameters set and its streams found. */
export function checkFeature(node: FeatureNode, context: FeatureContext): CheckedFeature {
  const { input, report, faults } = context;
  const joins = checkJoins(node, context);
  const keys = checkKeys(node, input, report);
  const scope = createScope(node, joins, context);
  const where = node.where && checkCondition(node.where, { ...scope, place: "where" });
  const outputs = checkBody(node, scope);
  checkOutputNames(node, { keys, time: input.time }, report);
  const fold = checkReducer(node, context);
  const clauses = checkTimes(node, context);
  const { spans } = scope.marks;
  const expressions = outputs.map(({ expression }) => expression);
  const lookups = node.joins.filter(({ between }) => between === undefined).length;
  const asked = input.upstream !== undefined && requestOf(input.upstream) !== undefined;
  const shape = checkForm({ node, outputs: expressions, lookups, asked, spans, report });
  if (scope.window !== undefined && scope.window !== "wrong" && faults() === 0) {
    checkWindowUse(node, shape.form, report);
  }
  const stream = createShape(node, { keys, outputs, input });
  const { upstream, found } = joins;
  const wrong = faults() > 0 || node.broken === true;
  if (wrong || upstream === undefined || found === undefined) return { form: shape.form, stream };
  return {
    ...shape,
    stream,
    feature: {
      name: node.name.name,
      ...(node.doc === undefined ? {} : { doc: node.doc }),
      input: upstream,
      joins: found,
      keys,
      rekeyed: !isSameKeys(keys, input.keys),
      ...(where === undefined ? {} : { where }),
      outputs,
      ...shape,
      ...(fold === undefined ? {} : { fold }),
      ...clauses,
      ...(node.online === undefined ? {} : { online: true }),
      ...(node.store === undefined ? {} : { store: true }),
      time: input.time,
    },
  };
}

function isSameKeys(keys: readonly Column[], others: readonly Column[]): boolean {
  return keys.length === others.length &&
    keys.every((key, index) => key.name === others[index]?.name);
}

/** The reducer of a fold. */
function checkReducer(
  { fold }: FeatureNode,
  { params, report }: FeatureContext,
): FoldHole | undefined {
  if (fold === undefined) return undefined;
  const { description } = fold.hole;
  if (description.kind === "function" || description.kind === "fold") {
    const values = [...params].map(([name, literal]) => [name, literal?.value ?? "null"]);
    return { hole: fold.index, name: description.name, params: Object.fromEntries(values) };
  }
  const hint = "a function (state, row, params) => row or null, or { init, reduce }";
  return report("E701", fold, "Expected a reducer in this hole", hint);
}

function checkTimes(
  { every, ttl }: FeatureNode,
  { params, report }: FeatureContext,
): Pick<Feature, "everyUs" | "ttlUs"> {
  const everyUs = every && expectDuration(every, params, { report, what: "every", least: 1 });
  const ttlUs = ttl && expectDuration(ttl, params, { report, what: "ttl", least: 1 });
  return {
    ...(everyUs === undefined ? {} : { everyUs }),
    ...(ttlUs === undefined ? {} : { ttlUs }),
  };
}

function createScope(
  node: FeatureNode,
  { joins, ownTime }: FeatureJoins,
  { input, params, report }: FeatureContext,
): Scope {
  const scope: Scope = {
    report,
    place: "output",
    params,
    lets: new Map(),
    outputs: new Set(),
    input,
    alias: aliasOf(node, input),
    joins,
    ...(ownTime === undefined ? {} : { ownTime }),
    ...(node.excluding === undefined ? {} : { excluding: node.excluding }),
    marks: createMarks(),
  };
  if (node.window === undefined) return scope;
  return { ...scope, window: checkWindow(node.window, scope, checkExpression) ?? "wrong" };
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
  const typeOf = (name: string) => outputs.find((output) => output.name === name)?.type;
  const columns: Stream["columns"] = new Map([
    ...keys.map(({ name, type }) => [name, type] as const),
    ...(time === "" ? [] : [[time, { kind: "timestamp" }] as const]),
    ...outputNodes(node).map(({ name }) => [name.name, typeOf(name.name)] as const),
  ]);
  const open = node.broken === true || input.open === true ? { open: true } : {};
  return { name: node.name.name, columns, keys, time, ...open };
}
