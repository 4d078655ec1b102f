/** Casts: which types have values of which others. */
import type { Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./typed_ast.ts";
import { isNested, isNumeric, printType, sameType, type ValueType } from "./types.ts";
import { isInteger, isNull, isText, retype } from "./unify.ts";

/** `operand as type`; what has no such values is reported. */
export function castTo(
  operand: Expression,
  type: ValueType,
  { span, report }: { readonly span: Span; readonly report: Report },
): Expression | undefined {
  if (isNull(operand)) return retype(operand, type);
  if (sameType(operand.type, type)) return operand;
  if (isCastable(operand.type, type)) return { kind: "cast", type, operand };
  const message = `Cannot cast ${printType(operand.type)} to ${printType(type)}`;
  return report("E316", span, message, adviseCast(operand.type, type));
}

function isCastable(from: ValueType, to: ValueType): boolean {
  if (isText(from)) return from.kind === "enum" ? isText(to) : !isNested(to);
  if (to.kind === "string") return !isNested(from);
  if (isNumeric(from)) {
    const time = to.kind === "timestamp" || to.kind === "duration";
    return isNumeric(to) || to.kind === "bool" || (time && isInteger(from));
  }
  switch (from.kind) {
    case "bool":
      return isNumeric(to);
    case "timestamp":
    case "duration":
      return to.kind === "i64";
    case "list":
      return to.kind === "vector" && isNumeric(from.element);
    case "vector":
      return to.kind === "list" && to.element.kind === "f64";
    default:
      return false;
  }
}

function adviseCast(from: ValueType, to: ValueType): string | undefined {
  if (from.kind === "timestamp" && isNumeric(to)) return "epoch_seconds(t) is the time as f64";
  if (from.kind === "duration" && isNumeric(to)) return "seconds(d) is the length as f64";
  if (isNumeric(from) && (to.kind === "timestamp" || to.kind === "duration")) {
    return "whole microseconds have a time: x as i64 as " + to.kind;
  }
  if (from.kind === "enum") return `through its text: x as string as ${printType(to)}`;
  if (isNested(from) || isNested(to)) {
    return "a list of numbers can become a vector, and a vector a list of f64";
  }
  return undefined;
}
