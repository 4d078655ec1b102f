/** What arguments may be, and what calls give. */
import type { Report } from "./diagnostic.ts";
import type { ArgumentKind, ResultKind } from "./functions.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./typed_ast.ts";
import { isNumeric, printType, type ValueType } from "./types.ts";
import { isInteger, isNull } from "./unify.ts";

const accepts: Readonly<Record<ArgumentKind, (type: ValueType) => boolean>> = {
  any: () => true,
  number: isNumeric,
  quantity: (type) => isNumeric(type) || type.kind === "duration",
  ordered: isOrdered,
  same: isOrdered,
  bool: (type) => type.kind === "bool",
  timestamp: (type) => type.kind === "timestamp",
  duration: (type) => type.kind === "duration",
};

const wanted: Readonly<Record<ArgumentKind, string>> = {
  any: "any value",
  number: "a number",
  quantity: "a number or a duration",
  ordered: "a number, timestamp or duration",
  same: "a number, timestamp or duration",
  bool: "a condition",
  timestamp: "a timestamp",
  duration: "a duration",
};

/** The argument, if its type fits; else reported. */
export function checkArgument(
  argument: Expression,
  options: { readonly kind: ArgumentKind; readonly of: string; readonly span: Span },
  report: Report,
): Expression | undefined {
  const { kind, of, span } = options;
  if (isNull(argument) || accepts[kind](argument.type)) return argument;
  const found = printType(argument.type);
  const message = `Expected ${wanted[kind]} as an argument of ${of}, found ${found}`;
  return report("E304", span, message, adviseArgument(kind, argument.type));
}

/** The type a call gives. */
export function typeResult(
  result: ResultKind,
  types: readonly ValueType[],
  operand: ValueType,
): ValueType {
  if (result === "operand") return operand;
  if (result !== "arithmetic") return { kind: result };
  if (types.some((type) => type.kind === "duration")) return { kind: "duration" };
  return { kind: types.every(isInteger) ? "i64" : "f64" };
}

function isOrdered(type: ValueType): boolean {
  return isNumeric(type) || type.kind === "timestamp" || type.kind === "duration";
}

function adviseArgument(kind: ArgumentKind, type: ValueType): string | undefined {
  if (kind === "bool") return "compare it with something: x > 0";
  if (type.kind === "duration") return "seconds(d) is the length as a number";
  if (type.kind === "timestamp") return "epoch_seconds(t) is the time as a number";
  if (type.kind === "bool") return "write if x then 1 else 0 for a number";
  return undefined;
}
