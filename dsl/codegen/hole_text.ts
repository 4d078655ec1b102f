/** Calls of the user's functions: values as JavaScript has them, and the result as the engine has it. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import { bound, type Emitted, isPackedType, type Of, type Scope } from "./expression_scope.ts";
import { or } from "./logic.ts";
import { quoteNumber } from "./quote.ts";

/** A null argument gives null without a call: a plain function of numbers would take it for 0. */
export function emitHole(expression: Of<"hole">, scope: Scope): Emitted {
  const slot = scope.manifest.holeSlot(expression.hole, expression.name);
  const anyNull = or(...expression.arguments.map((argument) => scope.emit(argument).isNull));
  const args = expression.arguments.map((argument) => foreignText(argument, scope));
  const call = `${slot}(${args.join(", ")})`;
  const result = scope.bind(anyNull === "false" ? call : `${anyNull} ? null : ${call}`);
  const hole = quoteNumber(expression.hole);
  const emitted = bound(
    scope,
    expression.type,
    resultText(expression.type, result, { scope, hole }),
  );
  // NaN is a value until it is emitted.
  if (storageOf(expression.type) !== "number") return emitted;
  return { ...emitted, isNull: `(${result} === null || ${result} === undefined)` };
}

/** A value that is not null, as a user's function takes it. */
function foreignText(argument: Expression, scope: Scope): string {
  const { text, words = "heap.words" } = scope.emit(argument);
  const { type } = argument;
  if (storageOf(type) === "symbol") {
    scope.manifest.readTexts();
    return `texts[${text}]`;
  }
  if (isPackedType(type)) {
    scope.manifest.readTexts();
    return `unpack(${scope.manifest.typeSlot(type)}, ${words}, ${text}, texts)`;
  }
  if (type.kind === "i64") {
    scope.manifest.readTexts();
    return `integerOf(${text})`;
  }
  return type.kind === "bool" ? `${text} === 1` : text;
}

function resultText(
  type: ValueType,
  result: string,
  { scope, hole }: { scope: Scope; hole: string },
): string {
  const check = HOLE_RESULTS[type.kind];
  if (check) return `${check}(${result}, ${hole})`;
  return `holeResult(${scope.manifest.typeSlot(type)}, ${result}, ${hole})`;
}

/** What a function hole's result must be, by its declared type; other types are checked by `holeResult`. */
const HOLE_RESULTS: Readonly<Record<string, string>> = {
  bool: "holeResultBool",
  i32: "holeResultI32",
  i64: "holeResultI64",
  f32: "holeResultF32",
  f64: "holeResultNumber",
  timestamp: "holeResultTime",
  duration: "holeResultTime",
};
