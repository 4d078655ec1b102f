/** `x as T`: null stays null, and what has no value of type T becomes null. */
import type { Expression } from "../typed_ast.ts";
import { FIRST_BIG, storageOf, type ValueType } from "../types.ts";
import {
  bound,
  type Emitted,
  isPackedType,
  nullOf,
  type Of,
  scalarOf,
  type Scope,
} from "./expression_scope.ts";
import { mayBeBig } from "./expression_traits.ts";
import { or } from "./logic.ts";

export function emitCast(cast: Of<"cast">, scope: Scope): Emitted {
  const { operand, type } = cast;
  const from = operand.type;
  if (storageOf(type) === "symbol") {
    return storageOf(from) === "symbol" ? symbolCast(cast, scope) : throughText(cast, scope);
  }
  if (storageOf(from) === "symbol" || isPackedType(from) || isPackedType(type)) {
    return throughText(cast, scope);
  }
  return numberCast(cast, scope);
}

function numberCast({ operand, type }: Of<"cast">, scope: Scope): Emitted {
  const { text, isNull } = scope.emit(operand);
  const from = operand.type.kind;
  if (from === type.kind) return { text, isNull };
  if (type.kind === "bool") {
    return scalarOf(type, scope.bind(guarded(isNull, "NaN", `${text} === 0 ? 0 : 1`)));
  }
  if (type.kind === "i32") {
    const whole = scope.bind(`Math.trunc(${text}) + 0`);
    return scalarOf(
      type,
      scope.bind(`${whole} >= -2147483648 && ${whole} <= 2147483647 ? ${whole} : NaN`),
    );
  }
  if (type.kind === "i64" && from !== "i32" && from !== "bool") {
    const whole = scope.bind(`Math.trunc(${text}) + 0`);
    return scalarOf(type, scope.bind(`Math.abs(${whole}) <= 9007199254740991 ? ${whole} : NaN`));
  }
  const isFloat = type.kind === "f64" || type.kind === "f32";
  const number = isFloat ? nearest(operand, text, scope) : scope.number(operand);
  if (type.kind === "f32") return { text: scope.bind(`Math.fround(${number})`), isNull };
  return { text: number, isNull };
}

/** An i64 as the float next to it. */
function nearest(operand: Expression, text: string, scope: Scope): string {
  if (operand.type.kind !== "i64" || !mayBeBig(operand)) return text;
  scope.manifest.readTexts();
  return scope.bind(`${text} >= ${FIRST_BIG} ? Number(integerOf(${text})) : ${text}`);
}

/** The same texts, but only those the type has. */
function symbolCast({ operand, type }: Of<"cast">, scope: Scope): Emitted {
  const { text, isNull } = scope.emit(operand);
  if (type.kind !== "enum") return { text, isNull };
  const hits = type.values.map((value) => `${text} === ${scope.manifest.symbolSlot(value)}`);
  return scalarOf(type, scope.bind(`${or(...hits)} ? ${text} : -1`));
}

/** Casts whose bodies are functions of the runtime: from and to texts, lists and vectors. */
function throughText({ operand, type }: Of<"cast">, scope: Scope): Emitted {
  const { text, isNull, words } = scope.emit(operand);
  const slot = scope.manifest.textFunctionSlot("cast", {
    constants: [null],
    arguments: [operand.type],
    type,
  });
  const call = `${slot}(${text}${words === undefined ? "" : `, ${words}`})`;
  return bound(scope, type, guarded(isNull, nullOf(type as ValueType), call));
}

function guarded(isNull: string, none: string, text: string): string {
  return isNull === "false" ? text : `${isNull} ? ${none} : ${text}`;
}
