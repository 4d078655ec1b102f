/** Parts of packed values: a struct's field, an element of a list, vector or map. */
import type { StructType, ValueType } from "../types.ts";
import {
  type Emitted,
  isPackedType,
  nullOf,
  type Of,
  packedOf,
  scalarOf,
  type Scope,
} from "./expression_scope.ts";
import { or } from "./logic.ts";
import { quoteNumber } from "./quote.ts";

export function emitField({ operand, name, type }: Of<"field">, scope: Scope): Emitted {
  if (operand.type.kind !== "struct") {
    throw new RangeError(`Cannot write a field: its operand is a ${operand.type.kind}`);
  }
  const { text, words = "heap.words" } = scope.emit(operand);
  const place = fieldPlace(operand.type, name, { text, words, scope });
  return partAt(scope, type, { words, place, isNull: `${text} === 0` });
}

/** A field after scalars alone stands at a fixed place. */
function fieldPlace(
  type: StructType,
  name: string,
  { text, words, scope }: { text: string; words: string; scope: Scope },
): string {
  const index = type.fields.findIndex((field) => field.name === name);
  if (index < 0) throw new RangeError("Cannot write a field: the struct has no such field");
  if (type.fields.slice(0, index).every((field) => !isPackedType(field.type))) {
    return `${text} + ${quoteNumber(index + 1)}`;
  }
  return `fieldPlace(${scope.manifest.typeSlot(type)}, ${words}, ${text}, ${quoteNumber(index)})`;
}

export function emitElement({ operand, index, type }: Of<"element">, scope: Scope): Emitted {
  const { text, words = "heap.words" } = scope.emit(operand);
  const at = scope.emit(index);
  const place = scope.bind(
    `${or(`${text} === 0`, at.isNull)} ? 0 : ${
      elementPlace(operand.type, { scope, words, text, at: at.text })
    }`,
  );
  return partAt(scope, type, { words, place, isNull: `${place} === 0` });
}

/** Text of the element's place; 0 where there is none. */
function elementPlace(
  type: ValueType,
  { scope, words, text, at }: { scope: Scope; words: string; text: string; at: string },
): string {
  switch (type.kind) {
    case "vector":
      return `vectorPlace(${text}, ${at}, ${quoteNumber(type.length)})`;
    case "list":
      return isPackedType(type.element)
        ? `listPlace(${scope.manifest.typeSlot(type)}, ${words}, ${text}, ${at})`
        : `flatListPlace(${words}, ${text}, ${at})`;
    case "map":
      return `mapPlace(${scope.manifest.typeSlot(type)}, ${words}, ${text}, ${at})`;
    default:
      throw new RangeError(`Cannot write an element: its operand is a ${type.kind}`);
  }
}

function partAt(
  scope: Scope,
  type: ValueType,
  { words, place, isNull }: { words: string; place: string; isNull: string },
): Emitted {
  if (isPackedType(type)) {
    const at = scope.bind(`${isNull} ? 0 : ${place}`);
    return packedOf(scope.bind(`${at} === 0 || ${words}[${at}] < 0 ? 0 : ${at}`), words, false);
  }
  return scalarOf(type, scope.bind(`${isNull} ? ${nullOf(type)} : ${words}[${place}]`));
}
