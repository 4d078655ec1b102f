/** What arguments may be, and what calls give. */
import { areComparable } from "./check_operator.ts";
import { checkConstantArgument, isConstantKind } from "./constant_argument.ts";
import type { Report } from "./diagnostic.ts";
import type { ArgumentKind, ConstantKind, ResultKind } from "./signature.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./typed_ast.ts";
import { isNested, isNumeric, printType, type ValueType } from "./types.ts";
import { isInteger, isNull, isText, retype, unifyTypes } from "./unify.ts";

type PlainKind = Exclude<ArgumentKind, ConstantKind | "member">;

const accepts: Readonly<Record<PlainKind, (type: ValueType) => boolean>> = {
  any: () => true,
  scalar: (type) => !isNested(type),
  number: isNumeric,
  integer: isInteger,
  quantity: (type) => isNumeric(type) || type.kind === "duration",
  difference: (type) => isNumeric(type) || type.kind === "duration" || type.kind === "timestamp",
  ordered: isOrdered,
  same: isOrdered,
  bool: (type) => type.kind === "bool",
  timestamp: (type) => type.kind === "timestamp",
  duration: (type) => type.kind === "duration",
  text: isText,
  texts: (type) => type.kind === "list" && isText(type.element),
  sized: (type) => isText(type) || type.kind === "list" || type.kind === "map",
  container: (type) => isText(type) || type.kind === "list",
  list: (type) => type.kind === "list",
  numbers: (type) => type.kind === "vector" || (type.kind === "list" && isNumeric(type.element)),
  map: (type) => type.kind === "map",
  vector: (type) => type.kind === "vector",
};

const wanted: Readonly<Record<PlainKind, string>> = {
  any: "any value",
  scalar: "a single value",
  number: "a number",
  integer: "a whole number",
  quantity: "a number or a duration",
  difference: "a number, timestamp or duration",
  ordered: "a number, timestamp, duration or string",
  same: "a number, timestamp, duration or string",
  bool: "a condition",
  timestamp: "a timestamp",
  duration: "a duration",
  text: "a string",
  texts: "a list of strings",
  sized: "a string, list or map",
  container: "a string or a list",
  list: "a list",
  numbers: "a list of numbers or a vector",
  map: "a map",
  vector: "a vector",
};

/** What the literal null stands for where the type is not told by another argument. */
const nullTypes: Partial<Record<PlainKind, ValueType>> = {
  integer: { kind: "i64" },
  bool: { kind: "bool" },
  timestamp: { kind: "timestamp" },
  duration: { kind: "duration" },
  text: { kind: "string" },
  texts: { kind: "list", element: { kind: "string" } },
  sized: { kind: "string" },
  container: { kind: "string" },
  list: { kind: "list", element: { kind: "f64" } },
  numbers: { kind: "list", element: { kind: "f64" } },
};

interface ArgumentOptions {
  readonly kind: ArgumentKind;
  /** The name of the function. */
  readonly of: string;
  readonly span: Span;
  /** The first argument of the call. */
  readonly first: Expression | undefined;
}

/** The argument, if its type fits; else reported. */
export function checkArgument(
  argument: Expression,
  options: ArgumentOptions,
  report: Report,
): Expression | undefined {
  const { kind, of, span, first } = options;
  if (isConstantKind(kind)) {
    return checkConstantArgument(argument, { kind, of, span, first }, report);
  }
  if (kind === "member") return checkMember(argument, options, report);
  if (isNull(argument)) {
    const type = nullTypes[kind];
    if (type !== undefined) return retype(argument, type);
    if (kind !== "map" && kind !== "vector") return argument;
  } else if (accepts[kind](argument.type)) return argument;
  const found = isNull(argument) ? "null" : printType(argument.type);
  const message = `Expected ${wanted[kind]} as an argument of ${of}, found ${found}`;
  return report("E304", span, message, adviseArgument(kind, argument.type));
}

/** What is looked for in a text or a list. */
function checkMember(
  argument: Expression,
  { of, span, first }: ArgumentOptions,
  report: Report,
): Expression | undefined {
  if (first === undefined) return undefined;
  const type: ValueType = first.type.kind === "list" ? first.type.element : { kind: "string" };
  if (isNull(argument)) return retype(argument, type);
  if (areComparable(type, argument.type)) return argument;
  const message = `Cannot look for ${printType(argument.type)} in ${printType(first.type)}`;
  const hint = isNested(type) ? `${of} finds single values alone` : undefined;
  return report("E304", span, message, hint);
}

/** The type a call gives. */
export function typeResult(
  result: ResultKind,
  types: readonly ValueType[],
  operand: ValueType,
): ValueType {
  switch (result) {
    case "operand":
      return operand;
    case "arithmetic":
      return typeArithmetic(types);
    case "difference":
      return operand.kind === "timestamp" ? { kind: "duration" } : typeArithmetic(types);
    case "texts":
      return { kind: "list", element: { kind: "string" } };
    case "list":
      return { kind: "list", element: operand };
    case "keys":
      return { kind: "list", element: operand.kind === "map" ? operand.key : operand };
    case "values":
      return { kind: "list", element: operand.kind === "map" ? operand.value : operand };
    case "counts":
      return { kind: "map", key: operand, value: { kind: "i64" } };
    case "frequencies": {
      const count: ValueType = { kind: "i64" };
      const fields = [{ name: "value", type: operand }, { name: "count", type: count }];
      return { kind: "list", element: { kind: "struct", fields } };
    }
    default:
      return { kind: result };
  }
}

/** The type that holds all of some values; undefined if there is none. */
export function commonType(list: readonly Expression[]): ValueType | undefined {
  const typed = list.filter((each) => !isNull(each));
  let common = typed[0]?.type ?? list[0]?.type;
  for (const { type } of typed.slice(1)) {
    common = common === undefined ? undefined : unifyTypes(common, type);
  }
  return common;
}

function typeArithmetic(types: readonly ValueType[]): ValueType {
  if (types.some((type) => type.kind === "duration")) return { kind: "duration" };
  return { kind: types.every(isInteger) ? "i64" : "f64" };
}

function isOrdered(type: ValueType): boolean {
  return isNumeric(type) || type.kind === "timestamp" || type.kind === "duration" || isText(type);
}

function adviseArgument(kind: ArgumentKind, type: ValueType): string | undefined {
  if (kind === "bool") return "compare it with something: x > 0";
  if (kind === "text" && !isNested(type)) return "write x as string for its text";
  if (kind === "integer" && isNumeric(type)) return "write x as i64 to cut off the fraction";
  if (kind === "vector" && type.kind === "list") return "write x as vector(n) for a fixed length";
  if (type.kind === "duration") return "seconds(d) is the length as a number";
  if (type.kind === "timestamp") return "epoch_seconds(t) is the time as a number";
  if (type.kind === "bool") return "write if x then 1 else 0 for a number";
  return undefined;
}
