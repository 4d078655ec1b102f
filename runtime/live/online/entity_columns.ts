/** Values of entities as the columns of a question. A text that no row ever held adds nothing to the symbols. */
import type { Column, ValueType } from "../../../dsl/mod.ts";
import {
  type ColumnData,
  createColumn,
  FIRST_BIG,
  NULL_SYMBOL,
  parseTimestamp,
  type SymbolTable,
} from "../../arrow/mod.ts";
import { FeaturizerError } from "../../errors.ts";
import type { CellValue } from "../live_system.ts";
import type { RequestTexts } from "./request_texts.ts";

export type Entity = Readonly<Record<string, CellValue>>;

/** Stands for every text that was never seen: nobody can push it, as nobody can guess it. */
const UNSEEN_TEXT = crypto.randomUUID();
/** Stands for every integer beyond 2^53 that was never seen: it has more than 64 bits. */
const UNSEEN_INTEGER = String(2n ** 63n);
const MOST_I32 = 2 ** 31 - 1;
const LEAST_I64 = -(2n ** 63n);
const MOST_I64 = 2n ** 63n - 1n;
const encoder = new TextEncoder();

/** A column that a feature asks for. */
export interface AskedColumn {
  /** The feature, for errors. */
  readonly feature: string;
  /** Name and type, as an entity gives it. */
  readonly column: Column;
}

/** A column of nulls. */
export function nullColumn(type: ValueType, length: number): ColumnData {
  const column = createColumn(type, length);
  // A nested one begins with nulls.
  if (column instanceof Float64Array) column.fill(NaN);
  else if (column instanceof Int32Array) column.fill(NULL_SYMBOL);
  return column;
}

/** One column of a question, a row an entity; `texts` keeps those of a request, which expressions may read. */
export function entityColumn(
  asked: AskedColumn,
  entities: readonly Entity[],
  symbols: SymbolTable,
  texts?: RequestTexts,
): ColumnData {
  const { name, type } = asked.column;
  const data = nullColumn(type, entities.length) as Int32Array | Float64Array;
  entities.forEach((entity, row) => {
    const value = Object.hasOwn(entity, name) ? entity[name] : undefined;
    if (value === undefined) throw missing(asked, row);
    if (value === null) return;
    if (typeof value === "string" && isText(type)) texts?.keep(value, asked.feature);
    const cell = cellOf(type, value, symbols);
    if (cell === undefined) throw wrong(asked, value, row);
    data[row] = cell;
  });
  return data as ColumnData;
}

function isText({ kind }: ValueType): boolean {
  return kind === "string" || kind === "enum";
}

/** The number or code of a value; undefined if it is none of the type. */
function cellOf(type: ValueType, value: CellValue, symbols: SymbolTable): number | undefined {
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? codeOf(value, symbols, UNSEEN_TEXT) : undefined;
    case "enum":
      return typeof value === "string" && type.values.includes(value)
        ? codeOf(value, symbols, UNSEEN_TEXT)
        : undefined;
    case "bool":
      return typeof value === "boolean" ? Number(value) : undefined;
    case "i64":
      return integerOf(value, symbols);
    case "timestamp":
      return typeof value === "string" ? timeOf(value) : wholeOf(value);
    case "duration":
      return wholeOf(value);
    case "i32": {
      const whole = wholeOf(value);
      return whole !== undefined && whole >= -MOST_I32 - 1 && whole <= MOST_I32 ? whole : undefined;
    }
    case "f32":
      return typeof value === "number" ? finite(Math.fround(value)) : undefined;
    case "f64":
      return typeof value === "number" ? finite(value) : undefined;
    default:
      return undefined;
  }
}

function codeOf(text: string, symbols: SymbolTable, unseen: string): number {
  const code = symbols.find(text);
  return code === NULL_SYMBOL ? symbols.intern(unseen) : code;
}

function integerOf(value: CellValue, symbols: SymbolTable): number | undefined {
  if (typeof value !== "string") return wholeOf(value);
  if (!/^-?\d{1,19}$/.test(value)) return undefined;
  const integer = BigInt(value);
  if (integer < LEAST_I64 || integer > MOST_I64) return undefined;
  const exact = Number(integer);
  if (Number.isSafeInteger(exact)) return exact;
  return FIRST_BIG + 2 * codeOf(String(integer), symbols, UNSEEN_INTEGER);
}

function wholeOf(value: CellValue): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value + 0 : undefined;
}

function timeOf(text: string): number | undefined {
  const bytes = encoder.encode(text);
  return finite(parseTimestamp(bytes, { start: 0, end: bytes.length, unit: "us" }));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

function missing({ feature, column }: AskedColumn, row: number): FeaturizerError {
  return new FeaturizerError(
    `Cannot read "${feature}": entity ${row} has no "${column.name}"`,
    { code: "ENTITY_INCOMPLETE", hint: `Give "${column.name}", which is ${named(column.type)}.` },
  );
}

function wrong({ feature, column }: AskedColumn, value: CellValue, row: number): FeaturizerError {
  const shown = JSON.stringify(value).slice(0, 60);
  return new FeaturizerError(
    `Cannot read "${feature}": "${column.name}" of entity ${row} is ${shown}`,
    { code: "ENTITY_TYPE", hint: `"${column.name}" is ${named(column.type)}.` },
  );
}

function named(type: ValueType): string {
  if (type.kind === "enum") return type.values.map((value) => JSON.stringify(value)).join(" or ");
  if (type.kind === "i64") return "an i64: a whole number, beyond 2^53 as a string";
  return `of type ${type.kind}`;
}
