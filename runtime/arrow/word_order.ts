/** The order of the keys of maps. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import { compareNumbers } from "./big_integers.ts";
import type { SymbolTable } from "./symbols.ts";

/** Compares words of a scalar type: numbers by value, strings by their bytes. */
export function wordOrder(
  type: ValueType,
  symbols: SymbolTable,
): (a: number, b: number) => number {
  if (storageOf(type) === "symbol") return (a, b) => symbols.compare(a, b);
  return type.kind === "i64" ? (a, b) => compareNumbers(a, b, symbols) : (a, b) => a - b;
}
