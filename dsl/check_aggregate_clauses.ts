/** What stands after the arguments of an aggregate: `where`, `per`, `over`. */
import type { AggregateClauses, ExpressionNode, PerNode } from "./ast.ts";
import { checkWindow } from "./check_window.ts";
import { expectCount } from "./constant.ts";
import type { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import type { AggregateCall, Expression, Per, Window } from "./typed_ast.ts";
import { isNested, printType } from "./types.ts";
import { isNull } from "./unify.ts";

/** The clauses of one call, checked. */
export interface Clauses {
  readonly where?: Expression;
  readonly per?: Per;
  readonly window: Window;
  readonly excludesCurrent?: boolean;
}

interface ClauseContext {
  readonly scope: Scope;
  readonly check: (node: ExpressionNode, scope: Scope) => Expression | undefined;
  readonly name: string;
  /** The window of a call that has none, in a feature that has none. */
  readonly otherwise: Window | undefined;
}

/** Checks the clauses of a call; undefined, reported, if one is wrong. */
export function checkClauses(
  node: AggregateClauses & Span,
  context: ClauseContext,
): Clauses | undefined {
  const { scope, check } = context;
  const window = node.window === undefined
    ? defaultWindow(node, context)
    : checkWindow(node.window, scope, check);
  const where = node.where && checkWhere(node.where, context);
  const per = node.per && checkPer(node.per, context);
  const wrong = (node.where !== undefined && where === undefined) ||
    (node.per !== undefined && per === undefined);
  if (window === undefined || wrong) return undefined;
  const excluding = node.excluding ??
    (node.window === undefined ? scope.excluding : undefined);
  if (excluding !== undefined && isClosed(window)) return reportExcluding(excluding, scope);
  return {
    window,
    ...(where === undefined ? {} : { where }),
    ...(per === undefined ? {} : { per }),
    ...(excluding === undefined ? {} : { excludesCurrent: true }),
  };
}

/** A call with its clauses; with `per` its type is a map. */
export function withClauses(call: AggregateCall, clauses: Clauses): AggregateCall {
  const { per } = clauses;
  if (per === undefined) return { ...call, ...clauses };
  const type = { kind: "map" as const, key: per.category.type, value: call.type };
  return { ...call, ...clauses, type };
}

function reportExcluding(span: Span, { report }: Scope): undefined {
  const hint = "a closed window has no current row: leave it out, or use a sliding window";
  return report("E412", span, "A closed window cannot exclude the current row", hint);
}

function isClosed({ kind }: Window): boolean {
  return kind !== "sliding" && kind !== "last" && kind !== "ever";
}

function defaultWindow(span: Span, { scope, name, otherwise }: ClauseContext): Window | undefined {
  if (scope.window === "wrong") return undefined;
  const window = scope.window ?? otherwise;
  if (window !== undefined) return window;
  const hint = `write ${name}(…) over 1m, last 100 or ever, or put over … after the feature's body`;
  return scope.report("E401", span, `The aggregate ${name} has no window`, hint);
}

function checkWhere(node: ExpressionNode, { scope, check }: ClauseContext): Expression | undefined {
  const where = check(node, { ...scope, place: "aggregate_where" });
  if (where === undefined || where.type.kind === "bool") return where;
  const message = `Expected a condition after where, found ${printType(where.type)}`;
  return scope.report("E307", node, message, "compare it with something: x > 0");
}

function checkPer(node: PerNode, { scope, check }: ClauseContext): Per | undefined {
  const category = check(node.category, { ...scope, place: "aggregate_where" });
  const { params, report } = scope;
  const most = node.top &&
    expectCount(node.top.most, params, { report, what: "the entries after top" });
  if (category === undefined || (node.top !== undefined && most === undefined)) return undefined;
  if (isNull(category) || isNested(category.type)) {
    const found = isNull(category) ? "null" : printType(category.type);
    const hint = "take a field or an element of it";
    return report("E318", node.category, `A category is a single value, found ${found}`, hint);
  }
  if (node.top === undefined || most === undefined) return { category };
  return { category, top: { most, by: node.top.by } };
}
