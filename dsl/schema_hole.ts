/**
 * Zod schemas as columns. Schemas are read through the definitions they carry, so that no library is
 * imported here; the casts to `Definition` are checked where its fields are used.
 */
import type { HoleDescription, SchemaColumn } from "./template.ts";
import { isNested, type ValueType } from "./types.ts";

interface Definition {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The columns of an object schema; undefined if the value is no schema. */
export function describeSchema(value: unknown): HoleDescription | undefined {
  const definition = definitionOf(unwrap(value));
  if (definition === undefined) return undefined;
  const { type, shape } = definition;
  if (type !== "object" || !isRecord(shape)) {
    return { kind: "other", text: `a schema of ${type}, not of an object` };
  }
  const columns: SchemaColumn[] = [];
  const faults: { name: string; text: string }[] = [];
  for (const [name, field] of Object.entries(shape)) {
    const column = isName(name) ? typeOf(field, []) : badName;
    if (typeof column === "string") faults.push({ name, text: column });
    else columns.push({ name, type: column, ...docOf(field) });
  }
  return { kind: "schema", columns, faults };
}

const badName = "its name is none of the language: use letters, digits and _";

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

const wrappers = new Set(
  ["optional", "nullable", "default", "prefault", "nonoptional", "readonly", "catch"],
);
const deepest = 50;

/** The schema inside `optional`, `nullable`, `default` and the like. */
function unwrap(schema: unknown): unknown {
  let inner = schema;
  for (let depth = 0; depth < deepest; depth++) {
    const definition = definitionOf(inner);
    if (definition === undefined || !wrappers.has(definition.type)) return inner;
    inner = definition.innerType;
  }
  return inner;
}

/** The type of the language; a text says what has none. `outer` are the definitions around this one. */
function typeOf(schema: unknown, outer: readonly Definition[]): ValueType | string {
  const definition = definitionOf(unwrap(schema));
  if (definition === undefined) return "no schema";
  if (outer.includes(definition)) return "a schema that holds itself";
  if (outer.length > deepest) return "a schema that nests too deep";
  return typeOfDefinition(definition, [...outer, definition]);
}

function typeOfDefinition(
  definition: Definition,
  path: readonly Definition[],
): ValueType | string {
  switch (definition.type) {
    case "string":
      return { kind: "string" };
    case "number":
      return typeOfNumber(definition);
    case "int":
    case "bigint":
      return { kind: "i64" };
    case "boolean":
      return { kind: "bool" };
    case "date":
      return { kind: "timestamp" };
    case "enum":
      return typeOfValues(Object.values(recordOf(definition.entries)));
    case "literal":
      return typeOfValues(listOf(definition.values));
    case "union":
      return typeOfUnion(definition, path);
    default:
      return typeOfNested(definition, path);
  }
}

function typeOfNested(definition: Definition, path: readonly Definition[]): ValueType | string {
  switch (definition.type) {
    case "array": {
      const element = typeOf(definition.element, path);
      return typeof element === "string" ? element : { kind: "list", element };
    }
    case "object":
      return typeOfObject(recordOf(definition.shape), path);
    case "record": {
      const key = typeOf(definition.keyType, path);
      const value = typeOf(definition.valueType, path);
      if (typeof key === "string") return key;
      if (isNested(key)) return "a record whose keys are no single values";
      return typeof value === "string" ? value : { kind: "map", key, value };
    }
    case "tuple":
      return typeOfTuple(listOf(definition.items), definition.rest);
    default:
      return `a schema of ${definition.type}`;
  }
}

const integerFormats: Readonly<Record<string, ValueType>> = {
  int32: { kind: "i32" },
  safeint: { kind: "i64" },
  uint32: { kind: "i64" },
  float32: { kind: "f32" },
};

/** `z.int()` carries its format itself, `z.number().int()` in a check. */
function typeOfNumber(definition: Definition): ValueType {
  const formats = [definition, ...listOf(definition.checks).map(definitionOf)];
  for (const format of formats) {
    const type = integerFormats[String(format?.format)];
    if (type !== undefined) return type;
  }
  return { kind: "f64" };
}

function typeOfValues(values: readonly unknown[]): ValueType | string {
  const texts = values.filter((value) => typeof value === "string");
  if (texts.length === 0 || texts.length < values.length) return "values that are not all strings";
  return { kind: "enum", values: [...new Set(texts)] };
}

/** A union with null is the rest; one of texts is their enum. */
function typeOfUnion(definition: Definition, path: readonly Definition[]): ValueType | string {
  const options = listOf(definition.options).filter((option) =>
    !["null", "undefined"].includes(definitionOf(unwrap(option))?.type ?? "")
  );
  const types = options.map((option) => typeOf(option, path));
  const [first] = types;
  if (types.length === 1 && first !== undefined) return first;
  const values = types.flatMap((type): readonly unknown[] =>
    typeof type === "object" && type.kind === "enum" ? type.values : [undefined]
  );
  return values.includes(undefined) ? "a union of several types" : typeOfValues(values);
}

function typeOfObject(
  shape: Readonly<Record<string, unknown>>,
  path: readonly Definition[],
): ValueType | string {
  const fields = [];
  for (const [name, field] of Object.entries(shape)) {
    const type = isName(name) ? typeOf(field, path) : badName;
    if (typeof type === "string") return type;
    fields.push({ name, type });
  }
  return fields.length === 0 ? "an object without fields" : { kind: "struct", fields };
}

function typeOfTuple(items: readonly unknown[], rest: unknown): ValueType | string {
  const numbers = items.every((item) => definitionOf(unwrap(item))?.type === "number");
  const fixed = rest === null || rest === undefined;
  if (items.length > 0 && numbers && fixed) return { kind: "vector", length: items.length };
  return "a tuple that is not of numbers alone";
}

function docOf(schema: unknown): { readonly doc?: string } {
  let inner = schema;
  for (let depth = 0; depth < deepest && isObject(inner); depth++) {
    const description = Reflect.get(inner, "description");
    if (typeof description === "string") return { doc: description };
    inner = definitionOf(inner)?.innerType;
  }
  return {};
}

function definitionOf(schema: unknown): Definition | undefined {
  if (!isObject(schema)) return undefined;
  const inner = Reflect.get(schema, "_zod");
  const definition = isObject(inner) ? Reflect.get(inner, "def") : undefined;
  if (!isRecord(definition)) return undefined;
  const { type, check } = definition;
  if (typeof type === "string") return definition as Definition;
  return typeof check === "string" ? { ...definition, type: "check" } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && !Array.isArray(value);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
