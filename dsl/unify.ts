/** Common types of two values. */
import type { Expression } from "./typed_ast.ts";
import { isNested, isNumeric, sameType, type ValueType } from "./types.ts";

/** The type that holds both, or undefined: equal types, widened numbers, a null beside anything. */
export function unify(a: Expression, b: Expression): ValueType | undefined {
  if (isNull(a)) return b.type;
  if (isNull(b)) return a.type;
  if (isNumeric(a.type) && isNumeric(b.type)) return unifyNumbers(a.type, b.type);
  if (isText(a.type) && isText(b.type)) return unifyTexts(a, b);
  return sameType(a.type, b.type) ? a.type : undefined;
}

/** The type that holds values of both. */
export function unifyTypes(a: ValueType, b: ValueType): ValueType | undefined {
  return unify(valueOf(a), valueOf(b));
}

/** Some value of a type, where only the type matters. */
export function valueOf(type: ValueType): Expression {
  return { kind: "column", type, from: -1, name: "" };
}

/** The literal null. */
export function isNull(expression: Expression): boolean {
  return expression.kind === "literal" && expression.value === null;
}

/** The literal null takes the type of what it stands beside. */
export function retype(expression: Expression, type: ValueType): Expression {
  return isNull(expression) ? { kind: "literal", type, value: null } : expression;
}

export function isInteger(type: ValueType): boolean {
  return type.kind === "i32" || type.kind === "i64";
}

export function isText(type: ValueType): boolean {
  return type.kind === "string" || type.kind === "enum";
}

/** Whether a value of one type may stand where another is declared. */
export function isAssignable(declared: ValueType, expression: Expression): boolean {
  const { type } = expression;
  if (isNull(expression)) return true;
  if (declared.kind === "f64" || declared.kind === "f32") return isNumeric(type);
  if (declared.kind === "i64") return isInteger(type);
  if (declared.kind === "i32") return type.kind === "i32" || isSmallLiteral(expression);
  if (declared.kind === "string") return isText(type);
  if (isNested(declared)) return sameType(declared, type);
  if (declared.kind !== "enum") return declared.kind === type.kind;
  if (type.kind === "enum") return type.values.every((value) => declared.values.includes(value));
  return isTextLiteral(expression) && declared.values.includes(String(expression.value));
}

/** A string literal. */
export function isTextLiteral(
  expression: Expression,
): expression is Extract<Expression, { kind: "literal" }> {
  return expression.kind === "literal" && typeof expression.value === "string";
}

function isSmallLiteral(expression: Expression): boolean {
  if (expression.kind !== "literal" || !isInteger(expression.type)) return false;
  return Math.abs(Number(expression.value)) < 2 ** 31;
}

function unifyNumbers(a: ValueType, b: ValueType): ValueType {
  if (a.kind === b.kind) return a;
  return { kind: isInteger(a) && isInteger(b) ? "i64" : "f64" };
}

function unifyTexts(a: Expression, b: Expression): ValueType {
  if (a.type.kind === "enum" && isAssignable(a.type, b)) return a.type;
  if (b.type.kind === "enum" && isAssignable(b.type, a)) return b.type;
  if (a.type.kind !== "enum" || b.type.kind !== "enum") return { kind: "string" };
  return { kind: "enum", values: [...new Set([...a.type.values, ...b.type.values])] };
}
