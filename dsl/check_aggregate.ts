/** Aggregate calls: arguments and what they give. */
import type { CallNode, ExpressionNode } from "./ast.ts";
import { checkClauses, type Clauses, withClauses } from "./check_aggregate_clauses.ts";
import { checkArgument, typeResult } from "./check_argument.ts";
import { reportAggregate, type Scope } from "./scope.ts";
import { type AggregateSignature, printSignature } from "./signature.ts";
import type { AggregateCall, Expression, Window } from "./typed_ast.ts";

interface CallContext {
  readonly scope: Scope;
  readonly check: (node: ExpressionNode, scope: Scope) => Expression | undefined;
}

/** A built-in aggregate with its arguments, condition, categories and window. */
export function checkAggregate(
  node: CallNode,
  signature: AggregateSignature,
  context: CallContext,
): AggregateCall | undefined {
  const { scope } = context;
  const { name } = signature;
  if (scope.place !== "output") return reportAggregate(node, scope, `The aggregate ${name}`);
  const clauses = checkClauses(node, { ...context, name, otherwise: defaultWindow(name) });
  const list = checkArguments(node, signature, context);
  if (clauses === undefined || list === undefined) return undefined;
  if (!checkWindowOf(node, name, clauses, scope)) return undefined;
  const types = list.map((argument) => argument.type);
  const type = typeResult(signature.result, types.slice(0, 1), types[0] ?? { kind: "i64" });
  const named = nameArguments(signature, list);
  return withClauses({ kind: "aggregate", type, name, ...named, window: clauses.window }, clauses);
}

/** These two forget by themselves and need no window. */
function defaultWindow(name: AggregateSignature["name"]): Window | undefined {
  return name === "ewma" || name === "decayed_sum" ? { kind: "ever" } : undefined;
}

function checkArguments(
  node: CallNode,
  signature: AggregateSignature,
  { scope, check }: CallContext,
): readonly Expression[] | undefined {
  const { name, parameters } = signature;
  const least = parameters.filter(({ optional }) => optional !== true).length;
  const found = node.arguments.length;
  if (found < least || found > parameters.length) {
    const most = parameters.length;
    const message = `${name} takes ${most} argument${most > 1 ? "s" : ""}, found ${found}`;
    const shape = name === "count" || name === "rate"
      ? `${name}() or ${name}(x)`
      : printSignature(signature);
    return scope.report("E305", node, message, shape);
  }
  const inner: Scope = { ...scope, place: "aggregate" };
  const list = node.arguments.map((argument, index) => {
    const kind = parameters[index]?.kind;
    const typed = check(argument, inner);
    const options = { of: name, span: argument, first: undefined };
    return typed && kind && checkArgument(typed, { kind, ...options }, scope.report);
  });
  const good = list.filter((argument) => argument !== undefined);
  return good.length < list.length ? undefined : good;
}

type NamedArguments = Pick<
  AggregateCall,
  "operand" | "second" | "quantile" | "most" | "halfLifeUs"
>;

/** The arguments as the fields of the call, by their kinds. */
function nameArguments(
  { parameters }: AggregateSignature,
  [operand, second]: readonly Expression[],
): NamedArguments {
  if (operand === undefined) return {};
  if (second === undefined) return { operand };
  const constant = second.kind === "literal" ? Number(second.value) : NaN;
  switch (parameters[1]?.kind) {
    case "fraction":
      return { operand, quantile: constant };
    case "rows":
      return { operand, most: constant };
    case "half_life":
      return { operand, halfLifeUs: constant };
    default:
      return { operand, second };
  }
}

/** A rate needs a length, and a collection an end. */
function checkWindowOf(
  node: CallNode,
  name: AggregateSignature["name"],
  { window }: Clauses,
  { report }: Scope,
): boolean {
  const span = node.window ?? node;
  if (name === "rate" && !["sliding", "tumbling", "hopping"].includes(window.kind)) {
    const hint = "over 1m, tumbling 1m or hopping 1h step 1m";
    report("E413", span, "A rate needs a window with a length of time", hint);
    return false;
  }
  if (name === "collect" && window.kind === "ever") {
    const hint = "last_k(x, 100) over ever keeps the last ones";
    report("E414", span, "Cannot collect over ever: it would keep every row", hint);
    return false;
  }
  return true;
}
