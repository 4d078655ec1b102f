/** The value types of the language, and how a column of each is stored. */

/** A scalar type by name. `timestamp` and `duration` count microseconds. */
export type ScalarKind =
  | "bool"
  | "i32"
  | "i64"
  | "f32"
  | "f64"
  | "string"
  | "timestamp"
  | "duration";

export type ValueType =
  | { readonly kind: ScalarKind }
  /** One of a fixed list of strings; stored as a dictionary code. */
  | { readonly kind: "enum"; readonly values: readonly string[] };

/**
 * The two storages of a column inside the engine:
 * `number`: `Float64Array`, null is NaN (a column never holds NaN or infinity as a value), bool is 0 or 1,
 * timestamps and durations are whole microseconds;
 * `symbol`: `Int32Array` of codes into the run's symbol table, null is -1.
 */
export type Storage = "number" | "symbol";

export function storageOf(type: ValueType): Storage {
  return type.kind === "string" || type.kind === "enum" ? "symbol" : "number";
}

export function isNumeric(type: ValueType): boolean {
  return type.kind === "i32" || type.kind === "i64" || type.kind === "f32" || type.kind === "f64";
}

/** The type as the language writes it. */
export function printType(type: ValueType): string {
  return type.kind === "enum" ? type.values.map((v) => JSON.stringify(v)).join(" | ") : type.kind;
}
