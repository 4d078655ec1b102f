/** Columns of an answer as values of JSON. */
import { isNested, type ValueType } from "../../../dsl/mod.ts";
import {
  asFlat,
  bigIntegerText,
  type ColumnData,
  createPackedText,
  FIRST_BIG,
  NULL_SYMBOL,
  type PackedColumn,
  type SymbolTable,
} from "../../arrow/mod.ts";
import type { CellValue } from "../live_system.ts";

export type ValueReader = (data: ColumnData, row: number) => CellValue;

/** Times and durations in microseconds, inside nested values times as ISO 8601; integers beyond 2^53 as strings. */
export function createValueReader(type: ValueType, symbols: SymbolTable): ValueReader {
  if (isNested(type)) {
    const textOf = createPackedText(type, symbols);
    return (data, row) => {
      const text = textOf(data as PackedColumn, row);
      return text === undefined ? null : JSON.parse(text, exactly);
    };
  }
  return (data, row) => scalarOf(type, asFlat(data)[row]!, symbols);
}

function scalarOf({ kind }: ValueType, value: number, symbols: SymbolTable): CellValue {
  if (Number.isNaN(value)) return null;
  switch (kind) {
    case "string":
    case "enum":
      return value === NULL_SYMBOL ? null : symbols.text(value);
    case "bool":
      return value === 1;
    case "i64":
      return value >= FIRST_BIG ? bigIntegerText(value, symbols) : value;
    default:
      return value;
  }
}

/** An integer that a double does not hold stays as it is written. */
function exactly(_key: string, value: unknown, { source }: { source?: string } = {}): unknown {
  const isRounded = typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) &&
    !Number.isSafeInteger(value);
  return isRounded ? source : value;
}
