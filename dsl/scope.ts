/** The names an expression may use, and what it stands in. */
import type { Identifier, PathNode } from "./ast.ts";
import type { Parameters } from "./constant.ts";
import { didYouMean, listNames, type Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import type { Stream } from "./stream.ts";
import type { Expression, Window } from "./typed_ast.ts";
import { hasAggregate } from "./visit.ts";

/**
 * `output`: a statement of a feature; `aggregate`, `aggregate_where`, `lag`: inside one;
 * `where`: the condition of a feature; `column`: a computed column of a source.
 */
export type ExpressionPlace =
  | "output"
  | "aggregate"
  | "aggregate_where"
  | "lag"
  | "where"
  | "column";

export interface Scope {
  readonly report: Report;
  readonly place: ExpressionPlace;
  readonly params: Parameters;
  /** The statements `let` above; undefined is one that was wrong. */
  readonly lets: ReadonlyMap<string, Expression | undefined>;
  /** Outputs above: not visible, but worth a hint. */
  readonly outputs: ReadonlySet<string>;
  readonly input: Stream;
  readonly alias: string;
  readonly joins: readonly { readonly alias: string; readonly stream: Stream }[];
  /** The default window of the feature; a wrong one is reported already. */
  readonly window?: Window | "wrong";
  readonly marks: ExpressionMarks;
}

/** What is kept of typed expressions beside them: where each was written, and how deep it nests. */
export interface ExpressionMarks {
  readonly spans: WeakMap<Expression, Span>;
  readonly depths: WeakMap<Expression, number>;
}

/** Marks of no expression yet. */
export function createMarks(): ExpressionMarks {
  return { spans: new WeakMap(), depths: new WeakMap() };
}

/** What a name stands for. */
export function resolvePath(node: PathNode, scope: Scope): Expression | undefined {
  const [first, second] = node.path;
  if (first === undefined || node.path.length > 2) {
    return scope.report("E900", node, "Access to fields is not built yet");
  }
  if (second === undefined) return resolveName(first, scope);
  return resolveQualified(first, second, scope);
}

function resolveName(name: Identifier, scope: Scope): Expression | undefined {
  if (scope.lets.has(name.name)) return resolveLet(name, scope);
  const { input, params } = scope;
  const param = params.get(name.name);
  if (params.has(name.name) && input.columns.has(name.name)) {
    const hint = `rename the parameter, or write ${scope.alias}.${name.name} for the column`;
    const message = `"${name.name}" is a parameter and a column of "${input.name}"`;
    return scope.report("E207", name, message, hint);
  }
  if (param !== undefined || params.has(name.name)) return param;
  return resolveColumn(name, { stream: input, from: -1 }, scope);
}

function resolveLet(name: Identifier, scope: Scope): Expression | undefined {
  const value = scope.lets.get(name.name);
  if (value === undefined || scope.place === "output" || !hasAggregate(value)) return value;
  return reportAggregate(name, scope, `The let "${name.name}" holds an aggregate: it`);
}

/** Reports an aggregate where none may stand. */
export function reportAggregate(span: Span, scope: Scope, what: string): undefined {
  switch (scope.place) {
    case "aggregate":
      return scope.report(
        "E405",
        span,
        `${what} cannot stand inside an aggregate`,
        "compute the inner one in a feature of its own and aggregate over that",
      );
    case "lag":
      return scope.report(
        "E404",
        span,
        `${what} cannot stand inside prev or lag`,
        "compute it in a feature of its own and take prev or lag there",
      );
    default:
      return scope.report(
        "E406",
        span,
        `${what} cannot stand in ${scope.place === "column" ? "a source" : "where"}`,
        "only the columns of one row are known here",
      );
  }
}

function resolveQualified(
  qualifier: Identifier,
  name: Identifier,
  scope: Scope,
): Expression | undefined {
  if (qualifier.name === scope.alias) {
    return resolveColumn(name, { stream: scope.input, from: -1 }, scope);
  }
  const from = scope.joins.findIndex((join) => join.alias === qualifier.name);
  const join = scope.joins[from];
  if (join !== undefined) return resolveColumn(name, { stream: join.stream, from }, scope);
  const aliases = [scope.alias, ...scope.joins.map((each) => each.alias)];
  const hint = didYouMean(qualifier.name, aliases) ?? `streams here are ${listNames(aliases)}`;
  return scope.report("E202", qualifier, `Cannot find the stream "${qualifier.name}"`, hint);
}

function resolveColumn(
  name: Identifier,
  side: { readonly stream: Stream; readonly from: number },
  scope: Scope,
): Expression | undefined {
  const { stream, from } = side;
  const type = stream.columns.get(name.name);
  if (type !== undefined) return { kind: "column", type, from, name: name.name };
  if (stream.open === true || stream.columns.has(name.name)) return undefined;
  const message = `Cannot find the column "${name.name}" in "${stream.name}"`;
  return scope.report("E201", name, message, suggestName(name.name, side, scope));
}

function suggestName(
  name: string,
  side: { readonly stream: Stream; readonly from: number },
  scope: Scope,
): string {
  const columns = [...side.stream.columns.keys()];
  const known = columns.length === 0 ? "it has none" : `it has ${listNames(columns)}`;
  if (side.from >= 0) return didYouMean(name, columns) ?? known;
  const joined = scope.joins.find((join) => join.stream.columns.has(name));
  if (joined !== undefined) return `write ${joined.alias}.${name} for the joined column`;
  if (scope.outputs.has(name)) return `outputs are not visible below: write let ${name} = … first`;
  return didYouMean(name, [...columns, ...scope.lets.keys(), ...scope.params.keys()]) ?? known;
}
