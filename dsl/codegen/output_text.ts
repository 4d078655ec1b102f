/** Writing values to columns: rows to `O`, answers to `A`. */
import type { Expression } from "../typed_ast.ts";
import { storageOf, type ValueType } from "../types.ts";
import type { ExpressionWriter, PackedLeaf } from "./expression.ts";
import type { ManifestBuilder } from "./manifest.ts";

export interface Output {
  readonly name: string;
  readonly type: ValueType;
  readonly expression: Expression;
}

/** Constants `y0`, `y1`, … for the columns of an array; of packed columns, where their values start. */
export function hoistColumns(
  outputs: readonly Pick<Output, "type">[],
  prefix: "y" | "a",
  array: "O" | "A",
): string {
  return outputs.map(({ type }, j) =>
    `const ${prefix}${j} = ${array}[${j}]${storageOf(type) === "packed" ? ".starts" : ""};`
  ).join(" ");
}

/** Text of the expression's value as a column of its type holds it; for packed ones, where it starts. */
export function columnValue(row: ExpressionWriter, expression: Expression): string {
  return storageOf(expression.type) === "packed" ? row.kept(expression) : row.emitted(expression);
}

/** The same of a value that is no expression's: a remembered one. */
export function columnLeaf(
  value: string | PackedLeaf,
  type: ValueType,
  manifest: ManifestBuilder,
): string {
  if (typeof value === "string") return value;
  return `keepPart(${manifest.typeSlot(type)}, ${value.text}, ${value.words})`;
}

/** What a column holds for null. */
export function columnNull(type: ValueType): string {
  return storageOf(type) === "number" ? "NaN" : "-1";
}
