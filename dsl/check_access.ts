/** Access to what is inside a value: elements of lists, vectors and maps, fields of structs. */
import type { Identifier } from "./ast.ts";
import { areComparable } from "./check_operator.ts";
import { didYouMean, listNames, type Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";
import type { Expression } from "./typed_ast.ts";
import { printType } from "./types.ts";
import { isInteger, isNull } from "./unify.ts";

/** `operand[index]` */
export function elementOf(
  operand: Expression,
  index: Expression,
  { span, report }: { readonly span: Span; readonly report: Report },
): Expression | undefined {
  const { type } = operand;
  if (isNull(index)) return report("E317", span, "Cannot take the element at null");
  switch (type.kind) {
    case "list":
    case "vector": {
      const inner = type.kind === "list" ? type.element : { kind: "f64" as const };
      if (isInteger(index.type)) return { kind: "element", type: inner, operand, index };
      const message = `Expected a whole number as place in a ${type.kind}, found ${
        printType(index.type)
      }`;
      return report("E317", span, message, "places count from 0; negative ones from the end");
    }
    case "map": {
      if (areComparable(type.key, index.type)) {
        return { kind: "element", type: type.value, operand, index };
      }
      const keys = `Its keys are ${printType(type.key)}, found ${printType(index.type)}`;
      return report("E317", span, keys);
    }
    default:
      return report("E317", span, `Cannot take an element of ${printType(type)}`);
  }
}

/** `operand.name` */
export function fieldOf(
  operand: Expression,
  name: Identifier,
  report: Report,
): Expression | undefined {
  const { type } = operand;
  if (type.kind !== "struct") {
    const hint = type.kind === "list" ? `take one element first: x[0].${name.name}` : undefined;
    return report("E317", name, `Cannot take a field of ${printType(type)}`, hint);
  }
  const field = type.fields.find((each) => each.name === name.name);
  if (field !== undefined) {
    return { kind: "field", type: field.type, operand, name: field.name };
  }
  const names = type.fields.map((each) => each.name);
  const hint = didYouMean(name.name, names) ?? `it has ${listNames(names)}`;
  return report("E201", name, `Cannot find the field "${name.name}"`, hint);
}
