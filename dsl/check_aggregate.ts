/** Aggregate calls and their windows. */
import type { CallNode, ExpressionNode, WindowNode } from "./ast.ts";
import { checkArgument, typeResult } from "./check_argument.ts";
import { expectCount, expectDuration, type Parameters } from "./constant.ts";
import type { Report } from "./diagnostic.ts";
import type { AggregateSignature } from "./functions.ts";
import { reportAggregate, type Scope } from "./scope.ts";
import type { AggregateCall, Expression, Window } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { isText } from "./unify.ts";
import { unreachable } from "./unreachable.ts";

interface CallContext {
  readonly scope: Scope;
  readonly check: (node: ExpressionNode, scope: Scope) => Expression | undefined;
}

/** An aggregate with its operand, condition and window. */
export function checkAggregate(
  node: CallNode,
  signature: AggregateSignature,
  context: CallContext,
): AggregateCall | undefined {
  const { scope } = context;
  const { name } = signature;
  if (scope.place !== "output") return reportAggregate(node, scope, `The aggregate ${name}`);
  const window = node.window === undefined
    ? defaultWindow(node, scope)
    : checkWindow(node.window, scope.params, scope.report);
  const operand = checkOperand(node, signature, context);
  const where = node.where === undefined ? undefined : checkWhere(node.where, context);
  const quantile = name === "quantile" ? checkQuantile(node, context) : undefined;
  const wrong = window === undefined || operand === undefined ||
    (node.where !== undefined && where === undefined) ||
    (name === "quantile" && quantile === undefined);
  if (wrong) return undefined;
  const types = operand === "none" ? [] : [operand.type];
  return {
    kind: "aggregate",
    type: typeResult(signature.result, types, types[0] ?? { kind: "i64" }),
    name,
    ...(operand === "none" ? {} : { operand }),
    ...(quantile === undefined ? {} : { quantile }),
    ...(where === undefined ? {} : { where }),
    window,
  };
}

/** The window as the engine knows it. */
export function checkWindow(
  node: WindowNode,
  params: Parameters,
  report: Report,
): Window | undefined {
  switch (node.kind) {
    case "unbuilt":
      return undefined;
    case "ever":
      return { kind: "ever" };
    case "last": {
      const rows = expectCount(node.rows, params, { report, what: "the rows of a window" });
      return rows === undefined ? undefined : { kind: "last", rows };
    }
    case "sliding": {
      const widthUs = expectDuration(node.width, params, { report, what: "a window", least: 1 });
      return widthUs === undefined ? undefined : { kind: "sliding", widthUs };
    }
    case "tumbling": {
      const widthUs = expectDuration(node.width, params, { report, what: "a window", least: 1 });
      const offsetUs = node.offset === undefined
        ? 0
        : expectDuration(node.offset, params, { report, what: "an offset", least: -Infinity });
      if (widthUs === undefined || offsetUs === undefined) return undefined;
      return { kind: "tumbling", widthUs, offsetUs: ((offsetUs % widthUs) + widthUs) % widthUs };
    }
    default:
      return unreachable(node);
  }
}

function defaultWindow(node: CallNode, scope: Scope): Window | undefined {
  if (scope.window === "wrong") return undefined;
  if (scope.window !== undefined) return scope.window;
  const { name } = node.name;
  const hint = `write ${name}(…) over 1m, last 100 or ever, or put over … after the feature's body`;
  return scope.report("E401", node, `The aggregate ${name} has no window`, hint);
}

function checkOperand(
  node: CallNode,
  signature: AggregateSignature,
  { scope, check }: CallContext,
): Expression | "none" | undefined {
  const { name, operand: kind } = signature;
  const [first] = node.arguments;
  const most = name === "quantile" ? 2 : 1;
  const least = name === "count" ? 0 : most;
  const found = node.arguments.length;
  if (found < least || found > most) {
    const shape = { count: "count() or count(x)", quantile: "quantile(x, p)" }[String(name)];
    const message = `${name} takes ${most} argument${most > 1 ? "s" : ""}, found ${found}`;
    return scope.report("E305", node, message, shape ?? `${name}(x)`);
  }
  if (first === undefined) return "none";
  const operand = check(first, { ...scope, place: "aggregate" });
  if (operand === undefined || kind === undefined) return operand;
  if (kind === "ordered" && isText(operand.type)) {
    const message = `${name} of ${printType(operand.type)} is not built yet`;
    return scope.report("E900", first, message);
  }
  return checkArgument(operand, { kind, of: name, span: first }, scope.report);
}

function checkWhere(node: ExpressionNode, { scope, check }: CallContext): Expression | undefined {
  const where = check(node, { ...scope, place: "aggregate_where" });
  if (where === undefined || where.type.kind === "bool") return where;
  const message = `Expected a condition after where, found ${printType(where.type)}`;
  return scope.report("E307", node, message, "compare it with something: x > 0");
}

function checkQuantile(node: CallNode, { scope, check }: CallContext): number | undefined {
  const [, second] = node.arguments;
  if (second === undefined) return undefined;
  const rank = check(second, scope);
  if (rank === undefined) return undefined;
  if (rank.kind === "literal" && typeof rank.value === "number") {
    if (rank.value >= 0 && rank.value <= 1) return rank.value;
  }
  return scope.report("E309", second, "Expected a constant from 0 to 1 for the p of quantile");
}
