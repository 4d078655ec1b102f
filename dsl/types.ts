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

/** A field of a struct. */
export interface Field {
  readonly name: string;
  readonly type: ValueType;
}

export type ListType = { readonly kind: "list"; readonly element: ValueType };
export type StructType = { readonly kind: "struct"; readonly fields: readonly Field[] };
/** Keys are scalars; entries are in key order (numbers ascending, strings by bytes). */
export type MapType = { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType };
/** A fixed number of f64. */
export type VectorType = { readonly kind: "vector"; readonly length: number };

export type NestedType = ListType | StructType | MapType | VectorType;

export type ValueType =
  | { readonly kind: ScalarKind }
  /** One of a fixed list of strings; stored as a dictionary code. */
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | NestedType;

/**
 * The three storages of a column inside the engine:
 * `number`: `Float64Array`, null is NaN (a column never holds NaN or infinity as a value), bool is 0 or 1,
 * timestamps and durations are whole microseconds;
 * `symbol`: `Int32Array` of codes into a symbol table, null is -1;
 * `packed`: lists, structs, maps and vectors as runs of words; see `runtime/kernel/packed.ts`.
 */
export type Storage = "number" | "symbol" | "packed";

/**
 * The first number that stands for an i64 beyond ±(2^53 - 1): FIRST_BIG + 2 c is the integer whose decimal text
 * has the symbol code c.
 */
export const FIRST_BIG = 2 ** 53;

export function storageOf(type: ValueType): Storage {
  if (isNested(type)) return "packed";
  return type.kind === "string" || type.kind === "enum" ? "symbol" : "number";
}

export function isNested(type: ValueType): type is NestedType {
  return type.kind === "list" || type.kind === "struct" || type.kind === "map" ||
    type.kind === "vector";
}

export function isNumeric(type: ValueType): boolean {
  return type.kind === "i32" || type.kind === "i64" || type.kind === "f32" || type.kind === "f64";
}

/** The type as the language writes it. */
export function printType(type: ValueType): string {
  switch (type.kind) {
    case "enum":
      return type.values.map((value) => JSON.stringify(value)).join(" | ");
    case "list":
      return `list<${printType(type.element)}>`;
    case "struct":
      return `struct{${
        type.fields.map((field) => `${field.name} ${printType(field.type)}`).join(", ")
      }}`;
    case "map":
      return `map<${printType(type.key)}, ${printType(type.value)}>`;
    case "vector":
      return `vector(${type.length})`;
    default:
      return type.kind;
  }
}

/** Whether two types are the same, field names included. */
export function sameType(a: ValueType, b: ValueType): boolean {
  return printType(a) === printType(b);
}
