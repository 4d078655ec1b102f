/** Calls: scalars, aggregates, prev and lag. */
import { aggregateFunctions } from "./aggregate_functions.ts";
import type { AggregateClauses, CallNode, ExpressionNode } from "./ast.ts";
import { checkAggregate } from "./check_aggregate.ts";
import { checkArgument, commonType, typeResult } from "./check_argument.ts";
import { castTo } from "./check_cast.ts";
import { MOST_RING_ROWS } from "./constant.ts";
import { countGroups } from "./constant_argument.ts";
import { didYouMean } from "./diagnostic.ts";
import { scalarFunctions } from "./functions.ts";
import type { Scope } from "./scope.ts";
import { printSignature, type ScalarSignature } from "./signature.ts";
import type { Expression } from "./typed_ast.ts";
import { isNumeric, printType, type ValueType } from "./types.ts";
import { retype } from "./unify.ts";

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
  if (hasClauses(node)) {
    scope.report("E206", node.name, `Cannot find the aggregate "${name}"`, nearest(name));
    return undefined;
  }
  if (name === "prev" || name === "lag") return checkLag(node, scope, check);
  const signature = scalarFunctions.get(name);
  if (signature !== undefined) return checkScalar(node, signature, { scope, check });
  return scope.report("E206", node.name, `Cannot find the function "${name}"`, nearest(name));
}

/** Whether a call is written as only an aggregate may be. */
function hasClauses({ where, per, window, excluding }: AggregateClauses): boolean {
  return [where, per, window, excluding].some((clause) => clause !== undefined);
}

function nearest(name: string): string {
  const names = [...scalarFunctions.keys(), ...aggregateFunctions.keys(), "prev", "lag"];
  return didYouMean(name, names) ?? "functions of your own are holes: ${f}(a, b) as f64";
}

interface CallContext {
  readonly scope: Scope;
  readonly check: CheckInner;
}

function checkScalar(
  node: CallNode,
  signature: ScalarSignature,
  context: CallContext,
): Expression | undefined {
  const { scope } = context;
  const { parameters, variadic, name } = signature;
  const found = node.arguments.length;
  const least = parameters.filter(({ optional }) => optional !== true).length;
  if (found < least || (variadic !== true && found > parameters.length)) {
    const message = `${name} takes ${countText(least, parameters.length)}, found ${found}`;
    return scope.report("E305", node, message, printSignature(signature));
  }
  const list = checkArguments(node, signature, context);
  if (list === undefined) return undefined;
  const same = parameters[0]?.kind === "same";
  const common = same ? commonType(list) : list[0]?.type;
  if (common === undefined) {
    return scope.report("E306", node, `The arguments of ${name} have no common type`);
  }
  const type = typeResult(signature.result, list.map((argument) => argument.type), common);
  const placed = same ? list.map((argument) => retype(argument, common)) : list;
  return checkTogether(node, { kind: "call", type, name, arguments: placed }, scope);
}

function countText(least: number, most: number): string {
  if (least === most) return `${most} argument${most === 1 ? "" : "s"}`;
  return `${least} to ${most} arguments`;
}

function checkArguments(
  node: CallNode,
  { parameters, name }: ScalarSignature,
  { scope, check }: CallContext,
): readonly Expression[] | undefined {
  const { report } = scope;
  const list: (Expression | undefined)[] = [];
  for (const [index, argument] of node.arguments.entries()) {
    const kind = parameters[Math.min(index, parameters.length - 1)]?.kind;
    const typed = check(argument, scope);
    const options = { of: name, span: argument, first: list[0] };
    list.push(typed && kind && checkArgument(typed, { kind, ...options }, report));
  }
  const good = list.filter((argument) => argument !== undefined);
  return good.length < list.length ? undefined : good;
}

type Call = Extract<Expression, { kind: "call" }>;

/** What no argument tells alone. */
function checkTogether(node: CallNode, call: Call, scope: Scope): Expression | undefined {
  const [first, second, third] = call.arguments;
  switch (call.name) {
    case "concat":
      return { ...call, arguments: call.arguments.map((each) => toText(each, node, scope)) };
    case "extract":
      return checkGroup(call, node, { second, third, scope });
    case "dot": {
      const [v, w] = [first?.type, second?.type];
      if (v?.kind !== "vector" || w?.kind !== "vector" || v.length === w.length) return call;
      const message = `dot takes vectors of one length, found ${printType(v)} and ${printType(w)}`;
      return scope.report("E306", node, message);
    }
    default:
      return call;
  }
}

const text: ValueType = { kind: "string" };

function toText(value: Expression, span: CallNode, { report }: Scope): Expression {
  return value.type.kind === "enum" ? value : castTo(value, text, { span, report }) ?? value;
}

function checkGroup(
  call: Call,
  node: CallNode,
  { second, third, scope }: {
    readonly second: Expression | undefined;
    readonly third: Expression | undefined;
    readonly scope: Scope;
  },
): Expression | undefined {
  if (second?.kind !== "literal" || third?.kind !== "literal") return call;
  const groups = countGroups(String(second.value)) ?? 0;
  if (Number(third.value) <= groups) return call;
  const message = `The regular expression has ${groups} groups, found ${third.value}`;
  return scope.report("E408", node.arguments[2] ?? node, message);
}

/** prev(x) and lag(x, n) */
function checkLag(node: CallNode, scope: Scope, check: CheckInner): Expression | undefined {
  const { name } = node.name;
  const expected = name === "prev" ? 1 : 2;
  const [first, second] = node.arguments;
  if (first === undefined || node.arguments.length !== expected) {
    const message = `${name} takes ${
      countText(expected, expected)
    }, found ${node.arguments.length}`;
    return scope.report("E305", node, message, name === "prev" ? "prev(x)" : "lag(x, n)");
  }
  if (scope.place === "column") {
    const hint = "a source knows one row at a time: use it in a feature";
    return scope.report("E409", node, `${name} cannot stand in a source`, hint);
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
    if (Number(rows.value) >= 1 && Number(rows.value) <= MOST_RING_ROWS) return Number(rows.value);
  }
  const range = `from 1 to ${MOST_RING_ROWS}`;
  return scope.report("E408", node, `Expected a whole number ${range} for the rows of lag`);
}
