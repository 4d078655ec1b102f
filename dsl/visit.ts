/** Walking typed expressions, which are a graph: a shared `let` is met once. */
import type { AggregateCall, Expression } from "./typed_ast.ts";
import { unreachable } from "./unreachable.ts";

/** The expressions directly inside one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "literal":
    case "column":
    case "folded":
      return [];
    case "unary":
    case "lag":
    case "cast":
    case "field":
      return [expression.operand];
    case "element":
      return [expression.operand, expression.index];
    case "binary":
      return [expression.left, expression.right];
    case "if":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
    case "hole":
      return expression.arguments;
    case "aggregate":
      return childrenOfAggregate(expression);
    default:
      return unreachable(expression);
  }
}

function childrenOfAggregate(call: AggregateCall): readonly Expression[] {
  const { operand, second, where, per, window } = call;
  const bar = window.kind === "sum_bar" ? window.of : undefined;
  return [operand, second, ...call.arguments ?? [], where, per?.category, bar]
    .filter((child) => child !== undefined);
}

/** Every expression reachable from the roots, each once; `enters` may keep the walk out of one. */
export function reachableFrom(
  roots: readonly Expression[],
  enters: (expression: Expression) => boolean = () => true,
): readonly Expression[] {
  const seen = new Set<Expression>();
  const pending = [...roots].reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (enters(next)) pending.push(...[...childrenOf(next)].reverse());
  }
  return [...seen];
}

/** The aggregates of some expressions, each once. */
export function aggregatesOf(roots: readonly Expression[]): readonly AggregateCall[] {
  return reachableFrom(roots).filter((expression) => expression.kind === "aggregate");
}

/** Whether an expression needs more than the row it stands at: an aggregate. */
export function hasAggregate(expression: Expression): boolean {
  return reachableFrom([expression]).some(({ kind }) => kind === "aggregate");
}
