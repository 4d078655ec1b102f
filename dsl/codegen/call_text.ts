/** Calls of built-in functions. */
import type { Expression } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import {
  bound,
  type Emitted,
  isPackedType,
  nullOf,
  type Of,
  scalarOf,
  type Scope,
} from "./expression_scope.ts";
import { and, not, or } from "./logic.ts";

export function emitCall(call: Of<"call">, scope: Scope): Emitted {
  const { name, arguments: operands } = call;
  const first = operands[0];
  if (name === "is_null" && first) {
    return { text: scope.bind(`${scope.emit(first).isNull} ? 1 : 0`), isNull: "false" };
  }
  if (name === "in" && first) return membership(first, operands.slice(1), scope);
  if ((name === "least" || name === "greatest") && storageOf(call.type) === "symbol") {
    return extremeText(call, scope);
  }
  return isOfNumbers(call) ? numberCall(call, scope) : textCall(call, scope);
}

/** Functions of `runtime/kernel/scalars.ts`: numbers in, a number out. */
function isOfNumbers({ name, arguments: operands, type }: Of<"call">): boolean {
  return NUMBER_FUNCTIONS.has(name) && storageOf(type) === "number" &&
    operands.every((operand) => storageOf(operand.type) === "number");
}

function numberCall({ name, arguments: operands }: Of<"call">, scope: Scope): Emitted {
  const texts = operands.map((operand) => scope.number(operand));
  const isNull = or(...operands.map((operand) => scope.emit(operand).isNull));
  const call = `${scope.manifest.functionSlot(name)}(${texts.join(", ")})`;
  const guarded = NULL_BLIND.has(name) && isNull !== "false" ? `${isNull} ? NaN : ${call}` : call;
  return { text: scope.bind(guarded), isNull };
}

/**
 * Functions over texts, times with zones, lists, maps and vectors. Literals of those over texts and times are bound
 * once, at the link; other arguments are numbers, codes, or an address and its words. No argument is null when the
 * function is called.
 */
function textCall({ name, arguments: operands, type }: Of<"call">, scope: Scope): Emitted {
  const signature = operands.map(({ type }) => type);
  const isOfParts = operands[0] !== undefined && isPackedType(operands[0].type);
  const constants = operands.map((operand, index) =>
    index > 0 && !isOfParts && operand.kind === "literal" ? operand.value : null
  );
  const slot = scope.manifest.textFunctionSlot(name, { constants, arguments: signature, type });
  const args = operands.flatMap((operand, index) => {
    if (constants[index] !== null) return [];
    const { text, words = "heap.words" } = scope.emit(operand);
    return isPackedType(operand.type) ? [text, words] : [text];
  });
  const isNull = or(...operands.map((operand) => scope.emit(operand).isNull));
  const call = `${slot}(${args.join(", ")})`;
  return bound(scope, type, isNull === "false" ? call : `${isNull} ? ${nullOf(type)} : ${call}`);
}

function extremeText({ name, arguments: operands, type }: Of<"call">, scope: Scope): Emitted {
  scope.manifest.readTexts();
  const sign = name === "least" ? "<=" : ">=";
  const best = operands.map((operand) => scope.emit(operand).text).reduce((best, text) =>
    scope.bind(`compareCodes(${best}, ${text}) ${sign} 0 ? ${best} : ${text}`)
  );
  const isNull = or(...operands.map((operand) => scope.emit(operand).isNull));
  return scalarOf(type, scope.bind(isNull === "false" ? best : `${isNull} ? -1 : ${best}`));
}

function membership(item: Expression, list: readonly Expression[], scope: Scope): Emitted {
  const { text, isNull } = scope.emit(item);
  const others = list.map((other) => scope.emit(other));
  const hit = others.map((other) => and(not(other.isNull), `${text} === ${other.text}`));
  const anyNull = or(...others.map((other) => other.isNull));
  const name = scope.bind(`${isNull} ? NaN : ${or(...hit)} ? 1 : ${anyNull} ? NaN : 0`);
  return { text: name, isNull: `(${name} !== ${name})` };
}

/** Functions whose body may give a number for NaN. */
const NULL_BLIND = new Set(["pow"]);

const NUMBER_FUNCTIONS = new Set(
  ("abs sign floor ceil round sqrt cbrt exp ln log2 log10 pow sin cos tan asin acos atan atan2 least greatest " +
    "div mod clip hour minute second day month year weekday epoch_seconds seconds day_of_year week")
    .split(" "),
);
