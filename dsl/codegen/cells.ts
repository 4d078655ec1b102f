/** Values remembered per slot, or per slot and place of a ring, of any type. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type { ExpressionWriter, PackedLeaf } from "./expression.ts";
import type { StateWriter } from "./state.ts";

export interface Cell {
  readonly name: string;
  readonly type: ValueType;
}

/** One cell per slot, or `perSlot` of them; null at first. */
export function createCell(
  state: StateWriter,
  type: ValueType,
  { prefix, perSlot = 1 }: { prefix: string; perSlot?: number },
): Cell {
  const storage = storageOf(type);
  const name = storage === "packed"
    ? state.object(prefix, "new env.PackedSlots()")
    : storage === "symbol"
    ? state.perSlot(prefix, "-1", "Int32Array", perSlot)
    : state.perSlot(prefix, "NaN", "Float64Array", perSlot);
  return { name, type };
}

/** The value at an index; a packed one stays where it is only until its cells are written to. */
export function readCell({ name, type }: Cell, index: string): string | PackedLeaf {
  if (storageOf(type) !== "packed") return `${name}[${index}]`;
  return { text: `${name}.at(${index})`, words: `${name}.words`, whole: false };
}

/** A statement that puts the expression's value, as it may stand in a column, at an index. */
export function writeCell(
  { name, type }: Cell,
  index: string,
  value: { readonly row: ExpressionWriter; readonly expression: Expression },
): string {
  const { row, expression } = value;
  if (storageOf(type) !== "packed") return `${name}[${index}] = ${row.emitted(expression)};`;
  const address = row.value(expression);
  return `storePacked(${name}, ${index}, ${row.manifest.typeSlot(type)}, ${address}, ${
    row.words(expression)
  });`;
}

export function clearCell({ name, type }: Cell, index: string): string {
  const storage = storageOf(type);
  if (storage === "packed") return `${name}.clear(${index});`;
  return `${name}[${index}] = ${storage === "symbol" ? "-1" : "NaN"};`;
}
