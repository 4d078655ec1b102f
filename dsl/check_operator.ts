/** Types of operators. */
import { didYouMean, type Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import type { BinaryOperator, Expression } from "./typed_ast.ts";
import { isNested, isNumeric, printType, type ValueType } from "./types.ts";
import { isInteger, isNull, isText, isTextLiteral, unify } from "./unify.ts";

interface Operands {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** The type of a unary operation, or undefined if there is none. */
export function typeUnary(operator: "-" | "not", type: ValueType): ValueType | undefined {
  if (operator === "not") return type.kind === "bool" ? type : undefined;
  if (type.kind === "duration") return type;
  return isNumeric(type) ? { kind: isInteger(type) ? "i64" : "f64" } : undefined;
}

/** The type of a binary operation; what has none is reported. */
export function typeBinary(
  operands: Operands,
  span: Span,
  report: Report,
): ValueType | undefined {
  const { operator, left, right } = operands;
  const kinds = `${printType(left.type)} and ${printType(right.type)}`;
  switch (operator) {
    case "and":
    case "or":
      if (left.type.kind === "bool" && right.type.kind === "bool") return left.type;
      return report("E301", span, `Cannot apply "${operator}" to ${kinds}`, "both must be bool");
    case "??":
      return unify(left, right) ?? report("E306", span, `"??" has no common type for ${kinds}`);
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return typeArithmetic(operator, left.type, right.type) ??
        report("E301", span, `Cannot apply "${operator}" to ${kinds}`, adviseArithmetic(operands));
    default:
      return typeComparison(operands, span, report);
  }
}

/** Whether a value may be looked for among choices: as with `==`. */
export function typeIn(
  operand: Expression,
  choice: Expression,
  place: { readonly span: Span; readonly report: Report },
): ValueType | undefined {
  const operands: Operands = { operator: "==", left: operand, right: choice };
  return typeComparison(operands, place.span, place.report);
}

/** Whether values of two types can be equal. */
export function areComparable(a: ValueType, b: ValueType): boolean {
  if (isNumeric(a) || isNumeric(b)) return isNumeric(a) && isNumeric(b);
  if (isText(a) || isText(b)) return isText(a) && isText(b);
  if (isNested(a) || isNested(b)) return false;
  return a.kind === b.kind;
}

type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** Results of arithmetic with times, as `left operator right`. */
const timeArithmetic: ReadonlyMap<string, ValueType> = new Map([
  ["timestamp - timestamp", { kind: "duration" }],
  ["timestamp + duration", { kind: "timestamp" }],
  ["timestamp - duration", { kind: "timestamp" }],
  ["duration + timestamp", { kind: "timestamp" }],
  ["duration + duration", { kind: "duration" }],
  ["duration - duration", { kind: "duration" }],
  ["duration * number", { kind: "duration" }],
  ["number * duration", { kind: "duration" }],
  ["duration / duration", { kind: "f64" }],
]);

function typeArithmetic(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  if (isNumeric(left) && isNumeric(right)) {
    return { kind: operator !== "/" && isInteger(left) && isInteger(right) ? "i64" : "f64" };
  }
  return timeArithmetic.get(`${familyOf(left)} ${operator} ${familyOf(right)}`);
}

function familyOf(type: ValueType): string {
  return isNumeric(type) ? "number" : type.kind;
}

function adviseArithmetic({ operator, left, right }: Operands): string | undefined {
  const families = `${familyOf(left.type)} ${operator} ${familyOf(right.type)}`;
  if (families === "duration / number") return "multiply instead: d * 0.5, or use seconds(d)";
  if (/^(duration|timestamp) [+-] number$/.test(families)) {
    return "write the number with a unit: 30s, 5m";
  }
  if (isText(left.type) || isText(right.type)) return "strings can be compared with == != and in";
  if (families.includes("bool")) return "write if x then 1 else 0 for a number";
  return undefined;
}

function typeComparison(
  { operator, left, right }: Operands,
  span: Span,
  report: Report,
): ValueType | undefined {
  if (isNull(left) || isNull(right)) {
    const hint = "write is_null(x) or not is_null(x)";
    return report("E302", span, "A comparison with null is never true", hint);
  }
  if (!areComparable(left.type, right.type)) {
    const kinds = `${printType(left.type)} with ${printType(right.type)}`;
    return report("E302", span, `Cannot compare ${kinds}`, adviseComparison(left.type, right.type));
  }
  const equality = operator === "==" || operator === "!=";
  if (equality && !isEnumValue(left, right, span, report)) return undefined;
  if (equality && !isEnumValue(right, left, span, report)) return undefined;
  const ordered = left.type.kind !== "bool";
  if (equality || ordered) return { kind: "bool" };
  const hint = "numbers, strings, timestamps and durations have an order";
  return report("E302", span, `Cannot apply "${operator}" to ${printType(left.type)}`, hint);
}

function adviseComparison(left: ValueType, right: ValueType): string | undefined {
  if (isNested(left) || isNested(right)) return "compare their elements or fields: x[0], x.name";
  if (isText(left)) return `write x as ${printType(right)} for what the text says`;
  return isText(right) ? `write x as ${printType(left)} for what the text says` : undefined;
}

function isEnumValue(
  side: Expression,
  literal: Expression,
  span: Span,
  report: Report,
): boolean {
  if (side.type.kind !== "enum" || !isTextLiteral(literal)) return true;
  const { values } = side.type;
  const text = String(literal.value);
  if (values.includes(text)) return true;
  const hint = didYouMean(text, values) ?? `values are ${printType(side.type)}`;
  report("E303", span, `"${text}" is not one of the values of this column`, hint);
  return false;
}
