/** Rows of a batch as the text of a JSON array of objects. */
import { type Column, isNested } from "../../../dsl/mod.ts";
import {
  asFlat,
  type Batch,
  bigIntegerText,
  type ColumnData,
  createPackedText,
  FIRST_BIG,
  formatTimestamp,
  NULL_SYMBOL,
  type PackedColumn,
  type SymbolTable,
} from "../../arrow/mod.ts";

type CellText = (data: ColumnData, row: number) => string;

/** Writes times as ISO 8601, durations in microseconds, 64-bit integers in full. */
export function createJsonRows(
  columns: readonly Column[],
  symbols: SymbolTable,
): (batch: Batch) => string {
  const names = columns.map(({ name }, place) =>
    `${place === 0 ? "{" : ","}${JSON.stringify(name)}:`
  );
  const texts = columns.map(({ type }) => cellText(type, symbols));
  return ({ length, columns: data }) => {
    let all = "[";
    for (let row = 0; row < length; row++) {
      if (row > 0) all += ",";
      for (let place = 0; place < names.length; place++) {
        all += names[place]! + texts[place]!(data[place]!, row);
      }
      all += "}";
    }
    return `${all}]`;
  };
}

function cellText(type: Column["type"], symbols: SymbolTable): CellText {
  if (isNested(type)) {
    const textOf = createPackedText(type, symbols);
    return (data, row) => textOf(data as PackedColumn, row) ?? "null";
  }
  if (type.kind === "string" || type.kind === "enum") return symbolText(symbols);
  const text = numberText(type.kind, symbols);
  return (data, row) => {
    const value = asFlat(data)[row]!;
    return value === value ? text(value) : "null";
  };
}

function symbolText(symbols: SymbolTable): CellText {
  return (data, row) => {
    const code = asFlat(data)[row]!;
    return code === NULL_SYMBOL ? "null" : JSON.stringify(symbols.text(code));
  };
}

function numberText(kind: string, symbols: SymbolTable): (value: number) => string {
  switch (kind) {
    case "bool":
      return (value) => value === 1 ? "true" : "false";
    case "timestamp":
      return (value) => `"${formatTimestamp(value)}"`;
    case "i64":
      return (value) => value >= FIRST_BIG ? bigIntegerText(value, symbols) : String(value);
    default:
      return String;
  }
}
