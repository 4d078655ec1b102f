/** Whether what a guest calls a schema is one: types of the language, and not too deep. */
import { isArrayOf, isRecord, isString } from "./frame_check.ts";

const SCALARS = new Set(["bool", "i32", "i64", "f32", "f64", "string", "timestamp", "duration"]);
const MAX_DEPTH = 64;
const MAX_LENGTH = 65_536;

/** True for columns and faults of a schema hole. */
export function isSchema({ columns, faults }: Readonly<Record<string, unknown>>): boolean {
  return isArrayOf(columns, isColumn) && isArrayOf(faults, isFault);
}

function isColumn(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value) || !isString(value.name)) return false;
  return isType(value.type, 0) && (value.doc === undefined || isString(value.doc));
}

function isFault(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && isString(value.name) && isString(value.text);
}

function isType(type: unknown, depth: number): boolean {
  if (!isRecord(type) || !isString(type.kind) || depth > MAX_DEPTH) return false;
  switch (type.kind) {
    case "enum":
      return isArrayOf(type.values, isString) && type.values.length > 0;
    case "list":
      return isType(type.element, depth + 1);
    case "map":
      return isType(type.key, depth + 1) && isScalar(type.key) && isType(type.value, depth + 1);
    case "struct": {
      const isField = (field: unknown): field is Record<string, unknown> =>
        isRecord(field) && isString(field.name) && isType(field.type, depth + 1);
      return isArrayOf(type.fields, isField) && type.fields.length > 0;
    }
    case "vector":
      return Number.isSafeInteger(type.length) && Number(type.length) >= 1 &&
        Number(type.length) <= MAX_LENGTH;
    default:
      return SCALARS.has(type.kind);
  }
}

function isScalar(type: unknown): boolean {
  return isRecord(type) && (type.kind === "enum" || SCALARS.has(String(type.kind)));
}
