/** Calls: scalars, aggregates, prev and lag, function holes. */
import type { CallNode, ExpressionNode, HoleCallNode } from "./ast.ts";
import { checkAggregate } from "./check_aggregate.ts";
import { checkArgument, typeResult } from "./check_argument.ts";
import { didYouMean } from "./diagnostic.ts";
import {
  aggregateFunctions,
  plannedFunctions,
  scalarFunctions,
  type ScalarSignature,
} from "./functions.ts";
import type { Scope } from "./scope.ts";
import type { Expression } from "./typed_ast.ts";
import { isNumeric } from "./types.ts";
import { retype, unify } from "./unify.ts";

/** The checker of any expression, handed down so that this file need not import it. */
export type CheckInner = (node: ExpressionNode, scope: Scope) => Expression | undefined;

/** A call of a name. */
export function checkCall(
  node: CallNode,
  scope: Scope,
  check: CheckInner,
): Expression | undefined {
  const { name } = node.name;
  const aggregate = aggregateFunctions.get(name);
  if (aggregate !== undefined) return checkAggregate(node, aggregate, { scope, check });
  if (name === "prev" || name === "lag") return checkLag(node, scope, check);
  const signature = scalarFunctions.get(name);
  if (signature !== undefined) return checkScalar(node, signature, { scope, check });
  if (plannedFunctions.has(name)) {
    return scope.report("E900", node.name, `The function ${name} is not built yet`);
  }
  const names = [...scalarFunctions.keys(), ...aggregateFunctions.keys(), "prev", "lag"];
  const hint = didYouMean(name, names) ??
    "functions of your own are holes: ${f}(a, b) as f64";
  return scope.report("E206", node.name, `Cannot find the function "${name}"`, hint);
}

function checkScalar(
  node: CallNode,
  signature: ScalarSignature,
  { scope, check }: { readonly scope: Scope; readonly check: CheckInner },
): Expression | undefined {
  const { parameters, variadic, name } = signature;
  const found = node.arguments.length;
  if (parameters[0]?.kind === "timestamp" && found === 2) {
    return scope.report("E900", node, `A time zone for ${name} is not built yet`);
  }
  if (variadic === true ? found < parameters.length : found !== parameters.length) {
    const list = parameters.map((parameter) => parameter.name).join(", ");
    const message = `${name} takes ${parameters.length} arguments, found ${found}`;
    return scope.report("E305", node, message, `${name}(${list}${variadic ? ", …" : ""})`);
  }
  const list = node.arguments.map((argument, index) => {
    const parameter = parameters[Math.min(index, parameters.length - 1)];
    const typed = check(argument, scope);
    if (parameter === undefined || typed === undefined) return undefined;
    return checkArgument(typed, { kind: parameter.kind, of: name, span: argument }, scope.report);
  });
  const good = list.filter((argument) => argument !== undefined);
  if (good.length < list.length) return undefined;
  const common = unifyAll(good);
  if (common === undefined && parameters[0]?.kind === "same") {
    return scope.report("E306", node, `The arguments of ${name} have no common type`);
  }
  const operand = common?.type ?? { kind: "f64" };
  const type = typeResult(signature.result, good.map((argument) => argument.type), operand);
  const retyped = good.map((argument) => retype(argument, operand));
  return { kind: "call", type, name, arguments: retyped };
}

function unifyAll(list: readonly Expression[]): Expression | undefined {
  let common = list[0];
  for (const next of list.slice(1)) {
    const type = common === undefined ? undefined : unify(common, next);
    if (type === undefined) return undefined;
    common = { kind: "column", type, from: -1, name: "" };
  }
  return common;
}

/** prev(x) and lag(x, n) */
function checkLag(node: CallNode, scope: Scope, check: CheckInner): Expression | undefined {
  const { name } = node.name;
  const expected = name === "prev" ? 1 : 2;
  const [first, second] = node.arguments;
  if (first === undefined || node.arguments.length !== expected) {
    const message = `${name} takes ${expected} arguments, found ${node.arguments.length}`;
    return scope.report("E305", node, message, name === "prev" ? "prev(x)" : "lag(x, n)");
  }
  if (scope.place === "column") {
    const hint = "a source knows one row at a time: use it in a feature";
    return scope.report("E409", node, `${name} cannot stand in a source`, hint);
  }
  if (scope.place === "where") {
    const hint = "compute it in a feature of its own, and put where on the next";
    return scope.report("E900", node, `${name} in the where of a feature is not built yet`, hint);
  }
  const operand = check(first, { ...scope, place: "lag" });
  const rows = second === undefined ? 1 : checkRows(second, scope, check);
  if (operand === undefined || rows === undefined) return undefined;
  return { kind: "lag", type: operand.type, operand, rows };
}

function checkRows(node: ExpressionNode, scope: Scope, check: CheckInner): number | undefined {
  const rows = check(node, scope);
  if (rows === undefined) return undefined;
  const { type } = rows;
  if (rows.kind === "literal" && isNumeric(type) && Number.isSafeInteger(rows.value)) {
    if (Number(rows.value) >= 1) return Number(rows.value);
  }
  return scope.report("E408", node, "Expected a whole number from 1 for the rows of lag");
}

/** ${f}(a, b) as type */
export function checkHoleCall(
  node: HoleCallNode,
  scope: Scope,
  check: CheckInner,
): Expression | undefined {
  const { description } = node.hole;
  const list = node.arguments.map((argument) => check(argument, scope));
  if (description.kind !== "function") {
    return scope.report("E701", node.hole, "Cannot call this hole: its value is not a function");
  }
  const { returns } = node;
  if (returns === undefined) return undefined;
  if (returns.kind === "string" || returns.kind === "enum") {
    return scope.report("E900", node, "A function hole that returns a string is not built yet");
  }
  const good = list.filter((argument) => argument !== undefined);
  if (good.length < list.length) return undefined;
  const { name } = description;
  return { kind: "hole", type: returns, hole: node.index, name, arguments: good };
}
