/** Calls of holes: functions per row, and aggregates of the user's. */
import type { ExpressionNode, HoleCallNode } from "./ast.ts";
import { checkClauses, withClauses } from "./check_aggregate_clauses.ts";
import { reportAggregate, type Scope } from "./scope.ts";
import type { HoleDescription } from "./template.ts";
import type { Expression } from "./typed_ast.ts";

type CheckInner = (node: ExpressionNode, scope: Scope) => Expression | undefined;

/** `${f}(a, b) as type`, and with clauses `${agg}(x) as type where … over …`. */
export function checkHoleCall(
  node: HoleCallNode,
  scope: Scope,
  check: CheckInner,
): Expression | undefined {
  const { description } = node.hole;
  if (description.kind === "aggregate") return checkUser(node, description, { scope, check });
  const list = node.arguments.map((argument) => check(argument, scope));
  if (description.kind !== "function") {
    const message = "Cannot call this hole: its value is neither a function nor an aggregate";
    return scope.report("E701", node.hole, message);
  }
  const good = list.filter((argument) => argument !== undefined);
  if (node.returns === undefined || good.length < list.length) return undefined;
  const { name } = description;
  return { kind: "hole", type: node.returns, hole: node.index, name, arguments: good };
}

type AggregateHole = Extract<HoleDescription, { kind: "aggregate" }>;

function checkUser(
  node: HoleCallNode,
  { name, hasMerge, hasRemove }: AggregateHole,
  { scope, check }: { readonly scope: Scope; readonly check: CheckInner },
): Expression | undefined {
  if (scope.place !== "output") return reportAggregate(node, scope, "An aggregate");
  const clauses = checkClauses(node, { scope, check, name: "${…}", otherwise: undefined });
  const list = node.arguments.map((argument) => check(argument, { ...scope, place: "aggregate" }));
  const good = list.filter((argument) => argument !== undefined);
  if (clauses === undefined || node.returns === undefined || good.length < list.length) {
    return undefined;
  }
  if (good.length === 0) {
    const hint = "rows without a value are skipped, so it needs one to know them";
    return scope.report("E305", node, "An aggregate of your own takes at least one argument", hint);
  }
  const leaves = clauses.window.kind === "sliding" || clauses.window.kind === "last";
  if (leaves && !hasMerge && !hasRemove) {
    const hint = "give it merge(a, b) or remove(state, x)";
    return scope.report("E710", node.hole, "Rows leave this window: add alone cannot do it", hint);
  }
  return withClauses({
    kind: "aggregate",
    type: node.returns,
    name: "user",
    arguments: good,
    hole: { hole: node.index, name },
    window: clauses.window,
  }, clauses);
}
