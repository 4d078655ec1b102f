/** JSON values to lists, structs, maps and vectors of packed columns. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import { type PackedBuilder, type ReadColumn, type SymbolTable, wordOrder } from "../arrow/mod.ts";
import { createScalarRead, describeJson } from "./json_scalars.ts";

/** Pushes the words of a value, or says why there are none. */
type Write = (value: unknown, into: PackedBuilder) => string | undefined;

/** Reads a JSON value into a row of a nested column; says why if it cannot. */
export type NestedRead = (
  value: unknown,
  row: number,
  into: PackedBuilder,
) => string | undefined;

/** The reader of a column; null and undefined are null. */
export function createNestedRead(column: ReadColumn, symbols: SymbolTable): NestedRead {
  const write = createWrite(column.type, column, symbols);
  return (value, row, into) => {
    if (value === null || value === undefined) return undefined;
    into.begin();
    const reason = write(value, into);
    if (reason === undefined) into.end(row);
    else into.cancel(row);
    return reason;
  };
}

function createWrite(type: ValueType, column: ReadColumn, symbols: SymbolTable): Write {
  const create = (inner: ValueType) => orNull(inner, createWrite(inner, column, symbols));
  switch (type.kind) {
    case "list":
      return listWrite(create(type.element));
    case "vector":
      return vectorWrite(type.length, create({ kind: "f64" }));
    case "struct":
      return structWrite(type.fields.map((field) => [field.name, create(field.type)]));
    case "map":
      return mapWrite(type, { key: type.key, column, symbols, value: create(type.value) });
    default: {
      const read = createScalarRead({ ...column, type }, symbols);
      return (value, into) => {
        const cell = read(value);
        if (typeof cell === "string") return cell;
        into.push(cell);
        return undefined;
      };
    }
  }
}

/** A word that says null, whatever would follow it. */
function orNull(type: ValueType, write: Write): Write {
  const none = storageOf(type) === "number" ? NaN : -1;
  return (value, into) => {
    if (value !== null && value !== undefined) return write(value, into);
    into.push(none);
    return undefined;
  };
}

function listWrite(element: Write): Write {
  return (value, into) => {
    if (!Array.isArray(value)) return `${describeJson(value)} is no list`;
    into.push(value.length);
    return writeAll(value, element, into);
  };
}

function vectorWrite(length: number, element: Write): Write {
  return (value, into) => {
    if (!Array.isArray(value) || value.length !== length) {
      return `${describeJson(value)} is no list of ${length} numbers`;
    }
    into.push(1);
    return writeAll(value, element, into);
  };
}

function writeAll(values: readonly unknown[], element: Write, into: PackedBuilder) {
  for (const value of values) {
    const reason = element(value, into);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function structWrite(fields: readonly (readonly [string, Write])[]): Write {
  return (value, into) => {
    if (!isObject(value)) return `${describeJson(value)} is no object`;
    into.push(1);
    for (const [name, write] of fields) {
      const reason = write(Object.hasOwn(value, name) ? value[name] : null, into);
      if (reason !== undefined) return `${reason}, at "${name}"`;
    }
    return undefined;
  };
}

function mapWrite(
  type: ValueType,
  parts: {
    readonly key: ValueType;
    readonly value: Write;
    readonly column: ReadColumn;
    readonly symbols: SymbolTable;
  },
): Write {
  const { column, symbols, value: write } = parts;
  const readKey = createScalarRead({ ...column, type: parts.key }, symbols);
  const compare = wordOrder(parts.key, symbols);
  return (value, into) => {
    if (!isObject(value)) return `${describeJson(value)} is no ${type.kind}`;
    const entries: [number, unknown][] = [];
    for (const [text, item] of Object.entries(value)) {
      const key = readKey(text);
      if (typeof key === "string") return `${key}, as a key`;
      if (key !== key) return `the key ${describeJson(text)} is empty`;
      entries.push([key, item]);
    }
    entries.sort(([a], [b]) => compare(a, b));
    if (entries.some(([key], i) => i > 0 && key === entries[i - 1]![0])) {
      return `${describeJson(value)} has a key twice`;
    }
    into.push(entries.length);
    for (const [key, item] of entries) {
      into.push(key);
      const reason = write(item, into);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
