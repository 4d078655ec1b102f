/** Expressions: every name resolved, every operation typed. Undefined means wrong, and reported. */
import type { ExpressionNode } from "./ast.ts";
import { elementOf, fieldOf } from "./check_access.ts";
import { checkCall } from "./check_call.ts";
import { castTo } from "./check_cast.ts";
import { checkHoleCall } from "./check_hole_call.ts";
import { typeBinary, typeIn, typeUnary } from "./check_operator.ts";
import { evaluateConstant } from "./constant.ts";
import { resolvePath, type Scope } from "./scope.ts";
import type { Expression } from "./typed_ast.ts";
import { printType, type ValueType } from "./types.ts";
import { retype, unify } from "./unify.ts";
import { childrenOf } from "./visit.ts";
import { unreachable } from "./unreachable.ts";

/** Types one expression. */
export function checkExpression(node: ExpressionNode, scope: Scope): Expression | undefined {
  const expression = checkKind(node, scope);
  const { spans, depths } = scope.marks;
  if (expression === undefined || spans.has(expression)) return expression;
  const inner = childrenOf(expression).map((child) => depths.get(child) ?? 0);
  const depth = 1 + Math.max(0, ...inner);
  spans.set(expression, { start: node.start, end: node.end });
  depths.set(expression, depth);
  if (depth <= maximumDepth) return expression;
  const hint = "compute a part of it in a feature of its own";
  return scope.report("E310", node, "This expression and its lets nest too deep", hint);
}

/** Whoever reads expressions may do so by recursion. */
const maximumDepth = 1000;

/** Types an expression that must be true or false. */
export function checkCondition(node: ExpressionNode, scope: Scope): Expression | undefined {
  const condition = checkExpression(node, scope);
  if (condition === undefined || condition.type.kind === "bool") return condition;
  const message = `Expected a condition, found ${printType(condition.type)}`;
  return scope.report("E307", node, message, "compare it with something: x > 0");
}

function checkKind(node: ExpressionNode, scope: Scope): Expression | undefined {
  switch (node.kind) {
    case "path":
      return resolvePath(node, scope);
    case "number":
    case "duration":
    case "string":
    case "bool":
    case "hole":
      return evaluateConstant(node, scope.params, scope.report);
    case "null":
      return { kind: "literal", type: { kind: "f64" }, value: null };
    case "call":
      return checkCall(node, scope, checkExpression);
    case "hole_call":
      return checkHoleCall(node, scope, checkExpression);
    case "cast":
      return checkCast(node, scope);
    case "element":
      return checkElement(node, scope);
    case "field": {
      const operand = checkExpression(node.operand, scope);
      return operand && fieldOf(operand, node.name, scope.report);
    }
    case "unary":
      return checkUnary(node, scope);
    case "binary":
      return checkBinary(node, scope);
    case "in":
      return checkIn(node, scope);
    case "if":
      return checkIf(node, scope);
    default:
      return unreachable(node);
  }
}

type NodeOf<Kind extends ExpressionNode["kind"]> = Extract<ExpressionNode, { kind: Kind }>;

function checkCast(node: NodeOf<"cast">, scope: Scope): Expression | undefined {
  const operand = checkExpression(node.operand, scope);
  if (operand === undefined || node.type === undefined) return undefined;
  return castTo(operand, node.type, { span: node, report: scope.report });
}

function checkElement(node: NodeOf<"element">, scope: Scope): Expression | undefined {
  const operand = checkExpression(node.operand, scope);
  const index = checkExpression(node.index, scope);
  if (operand === undefined || index === undefined) return undefined;
  return elementOf(operand, index, { span: node.index, report: scope.report });
}

function checkUnary(node: NodeOf<"unary">, scope: Scope): Expression | undefined {
  const operand = checkExpression(node.operand, scope);
  if (operand === undefined) return undefined;
  const { operator } = node;
  if (operator === "-" && operand.kind === "literal" && typeof operand.value === "number") {
    return { ...operand, value: -operand.value };
  }
  const type = typeUnary(operator, operand.type);
  if (type !== undefined) return { kind: "unary", type, operator, operand };
  const message = `Cannot apply "${operator}" to ${printType(operand.type)}`;
  return scope.report("E301", node, message);
}

function checkBinary(node: NodeOf<"binary">, scope: Scope): Expression | undefined {
  const left = checkExpression(node.left, scope);
  const right = checkExpression(node.right, scope);
  if (left === undefined || right === undefined) return undefined;
  const { operator } = node;
  const type = typeBinary({ operator, left, right }, node, scope.report);
  if (type === undefined) return undefined;
  if (operator !== "??") return { kind: "binary", type, operator, left, right };
  return { kind: "binary", type, operator, left: retype(left, type), right: retype(right, type) };
}

function checkIn(node: NodeOf<"in">, scope: Scope): Expression | undefined {
  const operand = checkExpression(node.operand, scope);
  const choices = checkAll(node.choices, scope);
  if (operand === undefined || choices === undefined) return undefined;
  const places = node.choices;
  const good = choices.map((choice, index) =>
    typeIn(operand, choice, { span: places[index] ?? node, report: scope.report })
  );
  if (good.includes(undefined)) return undefined;
  return { kind: "call", type: { kind: "bool" }, name: "in", arguments: [operand, ...choices] };
}

function checkIf(node: NodeOf<"if">, scope: Scope): Expression | undefined {
  const condition = checkCondition(node.condition, scope);
  const then = checkExpression(node.then, scope);
  const otherwise = checkExpression(node.otherwise, scope);
  if (then === undefined || otherwise === undefined) return undefined;
  const type: ValueType | undefined = unify(then, otherwise);
  if (type === undefined) {
    const found = `${printType(then.type)} and ${printType(otherwise.type)}`;
    const message = `The two branches of "if" have no common type: ${found}`;
    return scope.report("E306", node, message);
  }
  if (condition === undefined) return undefined;
  const branches = { then: retype(then, type), otherwise: retype(otherwise, type) };
  return { kind: "if", type, condition, ...branches };
}

function checkAll(
  nodes: readonly ExpressionNode[],
  scope: Scope,
): readonly Expression[] | undefined {
  const all = nodes.map((node) => checkExpression(node, scope));
  const good = all.filter((expression) => expression !== undefined);
  return good.length === all.length ? good : undefined;
}
