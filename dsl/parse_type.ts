/** Types as the language writes them. */
import type { TokenCursor } from "./cursor.ts";
import { didYouMean } from "./diagnostic.ts";
import type { Token } from "./token.ts";
import { type Field, isNested, printType, type ScalarKind, type ValueType } from "./types.ts";

const scalarKinds: readonly ScalarKind[] = [
  "bool",
  "i32",
  "i64",
  "f32",
  "f64",
  "string",
  "timestamp",
  "duration",
];

/** Names used elsewhere for a type of ours. */
const otherNames: Readonly<Record<string, ScalarKind>> = {
  boolean: "bool",
  int: "i64",
  integer: "i64",
  long: "i64",
  number: "f64",
  float: "f64",
  double: "f64",
  text: "string",
  date: "timestamp",
  datetime: "timestamp",
  time: "timestamp",
};

const nestedKinds = ["list", "struct", "map", "vector"] as const;
const typeWords = [...scalarKinds, ...nestedKinds];

/**
 * type = scalar | string { "|" string } | "list" "<" type ">" | "map" "<" type "," type ">" | struct | vector
 *
 * Undefined when the type is wrong, which is reported.
 */
export function parseType(cursor: TokenCursor): ValueType | undefined {
  const first = cursor.peek();
  const type = cursor.nested(() => parseKind(cursor), "a simpler type", "name fewer levels");
  cursor.notes.types.push(cursor.spanFrom(first));
  return type;
}

function parseKind(cursor: TokenCursor): ValueType | undefined {
  const token = cursor.peek();
  if (token.kind === "string") return parseEnum(cursor);
  if (token.kind !== "name") return cursor.fail("a type, such as f64", typeHint(token));
  cursor.next();
  const kind = scalarKinds.find((scalar) => scalar === token.text);
  if (kind !== undefined) return { kind };
  switch (nestedKinds.find((nested) => nested === token.text)) {
    case "list":
      return parseList(cursor);
    case "map":
      return parseMap(cursor);
    case "struct":
      return parseStruct(cursor);
    case "vector":
      return parseVector(cursor);
  }
  const meant = otherNames[token.text];
  const hint = meant === undefined
    ? didYouMean(token.text, typeWords) ?? `types are ${typeWords.join(", ")} and "a" | "b"`
    : `did you mean "${meant}"?`;
  return cursor.report("E210", token, `Cannot find the type "${token.text}"`, hint);
}

function typeHint({ kind }: Token): string | undefined {
  if (kind !== "hole") return undefined;
  return "a schema stands after the source's name: source x ${schema} { … }";
}

function parseEnum(cursor: TokenCursor): ValueType {
  const first = cursor.peek();
  const values: string[] = [];
  do {
    const token = cursor.peek();
    if (token.kind !== "string") return cursor.fail("a string");
    cursor.next();
    values.push(token.value);
  } while (cursor.take("|") !== undefined);
  if (new Set(values).size < values.length) {
    cursor.report("E203", cursor.spanFrom(first), "The values of a type are not all different");
  }
  return { kind: "enum", values };
}

function parseList(cursor: TokenCursor): ValueType | undefined {
  cursor.expect("<", "and the type of the elements: list<f64>");
  const element = parseType(cursor);
  cursor.expect(">", "after the type of the elements");
  return element && { kind: "list", element };
}

function parseMap(cursor: TokenCursor): ValueType | undefined {
  cursor.expect("<", "and the types of keys and values: map<string, f64>");
  const first = cursor.peek();
  const key = parseType(cursor);
  const span = cursor.spanFrom(first);
  cursor.expect(",", "between the types of keys and values: map<string, f64>");
  const value = parseType(cursor);
  cursor.expect(">", "after the type of the values");
  if (key !== undefined && isNested(key)) {
    const hint = "numbers, strings, booleans, times and enums are keys";
    return cursor.report("E210", span, `Cannot use ${printType(key)} as the key of a map`, hint);
  }
  return key && value && { kind: "map", key, value };
}

/** struct = "struct" "{" name type { ( "," | line break ) name type } "}" */
function parseStruct(cursor: TokenCursor): ValueType | undefined {
  cursor.expect("{", "and the fields: struct{price f64, size f64}");
  const fields: Field[] = [];
  let whole = true;
  do {
    if (fields.length > 0 && cursor.at("}")) break;
    const name = cursor.expectName('a field "name type"');
    if (cursor.peek().startsLine) cursor.fail(`a type for the field "${name.name}"`);
    const type = parseType(cursor);
    if (fields.some((field) => field.name === name.name)) {
      cursor.report("E203", name, `The field "${name.name}" is defined twice`);
    }
    if (type === undefined) whole = false;
    else fields.push({ name: name.name, type });
  } while (cursor.take(",") !== undefined || cursor.peek().startsLine && !cursor.at("}"));
  cursor.expect("}", "after the fields");
  return whole ? { kind: "struct", fields } : undefined;
}

const longestVector = 65_536;

/** vector = "vector" "(" whole number ")" ; the number may be a hole */
function parseVector(cursor: TokenCursor): ValueType | undefined {
  cursor.expect("(", "and the length: vector(3)");
  const token = cursor.next();
  const length = lengthOf(token);
  cursor.expect(")", "after the length");
  if (length !== undefined && length >= 1 && length <= longestVector) {
    return { kind: "vector", length };
  }
  const message = `Expected a whole number from 1 to ${longestVector} for the length of a vector`;
  return cursor.report("E408", token, message);
}

function lengthOf(token: Token): number | undefined {
  if (token.kind === "number") return token.integer ? token.value : undefined;
  if (token.kind !== "hole" || token.hole.description.kind !== "number") return undefined;
  const { value } = token.hole.description;
  return Number.isSafeInteger(value) ? value : undefined;
}
