/** What a key column holds, as far as order and groups of keys depend on it. */
import { storageOf, type ValueType } from "../../dsl/types.ts";

/** Numbers of kind `integer` may stand for integers beyond 2^53; see `big_integers.ts` in the arrow area. */
export type KeyKind = "text" | "number" | "integer";

export function keyKindOf(type: ValueType): KeyKind {
  if (storageOf(type) === "symbol") return "text";
  return type.kind === "i64" ? "integer" : "number";
}
