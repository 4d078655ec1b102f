/** Values of packed columns as JSON text: times as ISO 8601, durations in microseconds, 64-bit integers in full. */
import type { ValueType } from "../../dsl/mod.ts";
import type { PackedColumn } from "./column_data.ts";
import { bigIntegerText, FIRST_BIG } from "./big_integers.ts";
import { formatFloat32 } from "./float_text.ts";
import { NULL_SYMBOL, type SymbolTable } from "./symbols.ts";
import { formatTimestamp } from "./timestamp_format.ts";

/** Where a value is read; each read moves on behind it. */
export interface WordCursor {
  words: Float64Array;
  at: number;
}

type TextOf = (cursor: WordCursor) => string;

/** The JSON of a row, or undefined if it is null. */
export function createPackedText(
  type: ValueType,
  symbols: SymbolTable,
): (column: PackedColumn, row: number) => string | undefined {
  const textOf = createTextOf(type, symbols);
  const cursor: WordCursor = { words: new Float64Array(0), at: 0 };
  return ({ starts, words }, row) => {
    const start = starts[row]!;
    if (start < 0) return undefined;
    cursor.words = words;
    cursor.at = start + 1;
    return textOf(cursor);
  };
}

/** The count, or mark of presence, that begins a nested value: -1 if it is null. */
export function readCount(cursor: WordCursor): number {
  const { words, at } = cursor;
  const count = words[at]!;
  if (!(count >= -1 && count <= words.length - at)) {
    throw new RangeError("Cannot read a nested value: it does not fit its words");
  }
  cursor.at = at + 1;
  return count;
}

function createTextOf(type: ValueType, symbols: SymbolTable): TextOf {
  switch (type.kind) {
    case "list": {
      const element = createTextOf(type.element, symbols);
      return (cursor) => bracketed(cursor, readCount(cursor), element);
    }
    case "vector": {
      const element = createTextOf({ kind: "f64" }, symbols);
      return (cursor) => bracketed(cursor, readCount(cursor) < 0 ? -1 : type.length, element);
    }
    case "struct":
      return structText(
        type.fields.map((field) => [
          `${JSON.stringify(field.name)}:`,
          createTextOf(field.type, symbols),
        ]),
      );
    case "map":
      return mapText(createTextOf(type.key, symbols), createTextOf(type.value, symbols));
    default: {
      const text = createScalarText(type, symbols);
      return (cursor) => text(cursor.words[cursor.at++]!);
    }
  }
}

function bracketed(cursor: WordCursor, count: number, element: TextOf): string {
  if (count < 0) return "null";
  let text = "[";
  for (let i = 0; i < count; i++) text += i === 0 ? element(cursor) : `,${element(cursor)}`;
  return `${text}]`;
}

function structText(fields: readonly (readonly [string, TextOf])[]): TextOf {
  return (cursor) => {
    if (readCount(cursor) < 0) return "null";
    return `{${fields.map(([name, text]) => name + text(cursor)).join(",")}}`;
  };
}

function mapText(keyOf: TextOf, valueOf: TextOf): TextOf {
  return (cursor) => {
    const count = readCount(cursor);
    if (count < 0) return "null";
    const entries: string[] = [];
    for (let i = 0; i < count; i++) {
      const key = keyOf(cursor);
      entries.push(`${key.startsWith('"') ? key : `"${key}"`}:${valueOf(cursor)}`);
    }
    return `{${entries.join(",")}}`;
  };
}

function createScalarText(type: ValueType, symbols: SymbolTable): (word: number) => string {
  if (type.kind === "string" || type.kind === "enum") {
    return (code) => code === NULL_SYMBOL ? "null" : JSON.stringify(symbols.text(code));
  }
  const text = numberText(type, symbols);
  return (value) => value === value ? text(value) : "null";
}

function numberText(type: ValueType, symbols: SymbolTable): (value: number) => string {
  switch (type.kind) {
    case "bool":
      return (value) => value === 1 ? "true" : "false";
    case "timestamp":
      return (value) => `"${formatTimestamp(value)}"`;
    case "f32":
      return formatFloat32;
    case "i64":
      return (value) => value >= FIRST_BIG ? bigIntegerText(value, symbols) : String(value);
    default:
      return String;
  }
}
