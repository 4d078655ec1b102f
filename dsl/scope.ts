/** The names an expression may use, and what it stands in. */
import type { Identifier, PathNode } from "./ast.ts";
import { fieldOf } from "./check_access.ts";
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
  readonly joins: readonly ScopeJoin[];
  /** How an interval join names the input's own time; the bare name is the pair's. */
  readonly ownTime?: string;
  /** The default window of the feature; a wrong one is reported already. */
  readonly window?: Window | "wrong";
  /** `excluding current` beside it. */
  readonly excluding?: Span;
  readonly marks: ExpressionMarks;
}

/** A stream under its alias: column c of it is read as `prefix + c` of join number `from`. */
export interface ScopeJoin {
  readonly alias: string;
  readonly stream: Stream;
  /** -1 for the right side of an interval join, which is in the input row. */
  readonly from: number;
  readonly prefix: string;
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

/** What a path stands for: a name, or a stream's column, then fields of structs. */
export function resolvePath(node: PathNode, scope: Scope): Expression | undefined {
  const [first, second] = node.path;
  if (first === undefined) return undefined;
  const rest = node.path.slice(1);
  if (second === undefined || isField(first, second, scope)) {
    return takeFields(resolveName(first, scope), rest, scope);
  }
  return takeFields(resolveQualified(first, second, scope), rest.slice(1), scope);
}

function takeFields(
  value: Expression | undefined,
  names: readonly Identifier[],
  { report }: Scope,
): Expression | undefined {
  let inner = value;
  for (const name of names) inner = inner && fieldOf(inner, name, report);
  return inner;
}

/** Whether `first.second` is a field of a value called `first`, not a column of a stream. */
function isField(first: Identifier, second: Identifier, scope: Scope): boolean {
  const { lets, params, input } = scope;
  const known = lets.has(first.name) || params.has(first.name) || input.columns.has(first.name);
  if (!known) return false;
  const stream = streamOf(first.name, scope);
  if (stream === undefined) return true;
  if (stream.columns.has(second.name) || stream.open === true) return false;
  const value = lets.get(first.name)?.type ?? input.columns.get(first.name);
  return value?.kind === "struct" && value.fields.some(({ name }) => name === second.name);
}

function streamOf(alias: string, { input, alias: own, joins }: Scope): Stream | undefined {
  if (alias === own) return input;
  return joins.find((join) => join.alias === alias)?.stream;
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
  return resolveColumn(name, inputSide(scope), scope);
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
  const { alias, input, joins, ownTime } = scope;
  if (qualifier.name === alias) {
    if (ownTime !== undefined && name.name === input.time) {
      return { kind: "column", type: { kind: "timestamp" }, from: -1, name: ownTime };
    }
    return resolveColumn(name, inputSide(scope), scope);
  }
  const join = joins.find((each) => each.alias === qualifier.name);
  if (join !== undefined) return resolveColumn(name, join, scope);
  const aliases = [alias, ...joins.map((each) => each.alias)];
  const hint = didYouMean(qualifier.name, aliases) ?? `streams here are ${listNames(aliases)}`;
  return scope.report("E202", qualifier, `Cannot find the stream "${qualifier.name}"`, hint);
}

type Side = Pick<ScopeJoin, "stream" | "from" | "prefix">;

function inputSide({ input }: Scope): Side {
  return { stream: input, from: -1, prefix: "" };
}

function resolveColumn(name: Identifier, side: Side, scope: Scope): Expression | undefined {
  const { stream, from, prefix } = side;
  const type = stream.columns.get(name.name);
  if (type !== undefined) return { kind: "column", type, from, name: prefix + name.name };
  if (stream.open === true || stream.columns.has(name.name)) return undefined;
  const message = `Cannot find the column "${name.name}" in "${stream.name}"`;
  return scope.report("E201", name, message, suggestName(name.name, side, scope));
}

function suggestName(name: string, { stream }: Side, scope: Scope): string {
  const columns = [...stream.columns.keys()];
  const known = columns.length === 0 ? "it has none" : `it has ${listNames(columns)}`;
  if (stream !== scope.input) return didYouMean(name, columns) ?? known;
  const joined = scope.joins.find((join) => join.stream.columns.has(name));
  if (joined !== undefined) return `write ${joined.alias}.${name} for the joined column`;
  if (scope.outputs.has(name)) return `outputs are not visible below: write let ${name} = … first`;
  return didYouMean(name, [...columns, ...scope.lets.keys(), ...scope.params.keys()]) ?? known;
}
