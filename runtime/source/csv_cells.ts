/**
 * Cells of CSV records, straight from bytes into columns.
 *
 * C1: `bytes[limit - 1]` is a line feed, so an unquoted cell ends before `limit` and needs no check of it.
 * C2: a cell method returns the place of the comma, line feed or CR LF behind the cell, or -1 if a quoted
 *     cell goes on past `limit`.
 */
import {
  type ColumnData,
  microsecondsPer,
  NULL_SYMBOL,
  PackedBuilder,
  parseTimestamp,
  type ReadColumn,
  type Rejects,
  type SymbolTable,
  type TimeUnit,
} from "../arrow/mod.ts";
import { isNested, storageOf } from "../../dsl/mod.ts";
import { parseCell, quoted } from "./cell_text.ts";
import { createNestedRead, type NestedRead } from "./nested_cells.ts";
import { parseJson } from "./ndjson_lines.ts";

export const COMMA = 0x2c;
export const LINE_FEED = 0x0a;
export const RETURN = 0x0d;
export const QUOTE = 0x22;
const MINUS = 0x2d;
const POINT = 0x2e;

/** Powers of ten that a double holds exactly: dividing an exact integer by one rounds once, as `Number` does. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, power) => Number(`1e${power}`));

/** Digits that a 32-bit integer takes; adding them up as integers is 1.2 times as fast as in doubles. */
const INT_DIGITS = 9;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** One wanted column while rows are read into it. */
export class CsvCells {
  readonly column: ReadColumn;
  readonly #symbols: SymbolTable;
  readonly #allowed: ReadonlySet<number> | undefined;
  readonly #isSymbol: boolean;
  readonly #isTime: boolean;
  readonly #unit: TimeUnit;
  /** Largest plain number that needs no look at its text. */
  readonly #most: number;
  readonly #factor: number;
  readonly #takesFractions: boolean;
  readonly #nested: NestedRead | undefined;
  #packed = new PackedBuilder(0);
  #numbers = new Float64Array(0);
  #codes = new Int32Array(0);
  #rejects: Rejects | undefined;

  constructor(column: ReadColumn, symbols: SymbolTable) {
    this.column = column;
    this.#symbols = symbols;
    this.#isSymbol = storageOf(column.type) === "symbol";
    const { kind } = column.type;
    this.#isTime = kind === "timestamp";
    this.#unit = column.unit ?? "us";
    this.#factor = factorOf(column);
    this.#most = mostOf(kind, this.#factor);
    this.#takesFractions = kind === "f64";
    if (isNested(column.type)) this.#nested = createNestedRead(column, symbols);
    if (column.type.kind === "enum") {
      this.#allowed = new Set(column.type.values.map((value) => symbols.intern(value)));
    }
  }

  /** Begins a batch. */
  begin(rows: number, rejects: Rejects): void {
    if (this.#nested) this.#packed = new PackedBuilder(rows);
    else if (this.#isSymbol) this.#codes = new Int32Array(rows);
    else this.#numbers = new Float64Array(rows);
    this.#rejects = rejects;
  }

  /** The column of the batch, cut to its rows. */
  finish(rows: number): ColumnData {
    if (this.#nested) return this.#packed.finish(rows);
    const data = this.#isSymbol ? this.#codes : this.#numbers;
    return data.length === rows ? data : data.slice(0, rows);
  }

  clear(row: number): void {
    if (this.#nested) this.#packed.clear(row);
    else if (this.#isSymbol) this.#codes[row] = NULL_SYMBOL;
    else this.#numbers[row] = NaN;
  }

  /** Reads the unquoted cell that begins at `start`. */
  read(bytes: Uint8Array, start: number, row: number): number {
    if (this.#isSymbol) return this.#readSymbol(bytes, start, row);
    if (this.#nested) return this.#readText(bytes, start, row);
    let at = start;
    let byte = bytes[at]!;
    const isNegative = byte === MINUS;
    if (isNegative) byte = bytes[++at]!;
    const first = at;
    const firstEnd = first + INT_DIGITS;
    let small = 0;
    while (byte >= 0x30 && byte <= 0x39 && at < firstEnd) {
      small = (small * 10 + (byte - 0x30)) | 0;
      byte = bytes[++at]!;
    }
    let mantissa = small;
    while (byte >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + (byte - 0x30);
      byte = bytes[++at]!;
    }
    let scale = 0;
    let points = 0;
    if (byte === POINT) {
      const point = at;
      points = 1;
      byte = bytes[++at]!;
      while (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        byte = bytes[++at]!;
      }
      scale = at - point - 1;
    }
    const ends = byte === COMMA || byte === LINE_FEED ||
      (byte === RETURN && bytes[at + 1] === LINE_FEED);
    const hasDigits = at - first > points;
    const isPlain = scale === 0 || (this.#takesFractions && scale <= 22);
    if (!ends || !hasDigits || !isPlain || mantissa > this.#most) {
      return this.#readText(bytes, start, row);
    }
    const value = scale === 0 ? mantissa * this.#factor : mantissa / POWERS_OF_TEN[scale]!;
    this.#numbers[row] = isNegative ? 0 - value : value;
    return at;
  }

  /** Reads the cell from its text: quotes are gone. */
  readText(bytes: Uint8Array, range: { start: number; end: number; row: number }): void {
    const { start, end, row } = range;
    if (this.#isSymbol) {
      this.#storeSymbol(this.#symbols.internUtf8(bytes, start, end), row);
      return;
    }
    if (this.#nested) {
      this.#storeNested(decodeText(bytes.subarray(start, end)), row);
      return;
    }
    const value = parseCell(bytes, { start, end }, this.column, this.#symbols);
    this.#numbers[row] = typeof value === "number" ? value : NaN;
    if (typeof value === "string") this.#rejects?.add(row, this.column.from, value);
  }

  #readSymbol(bytes: Uint8Array, start: number, row: number): number {
    const end = endOfCell(bytes, start);
    if (end === start) this.#codes[row] = NULL_SYMBOL;
    else this.#storeSymbol(this.#symbols.internUtf8(bytes, start, end), row);
    return end;
  }

  #readText(bytes: Uint8Array, start: number, row: number): number {
    const end = endOfCell(bytes, start);
    if (end === start) {
      this.clear(row);
      return end;
    }
    if (this.#isTime) {
      const time = parseTimestamp(bytes, { start, end, unit: this.#unit });
      if (!Number.isNaN(time)) {
        this.#numbers[row] = time;
        return end;
      }
    }
    this.readText(bytes, { start, end, row });
    return end;
  }

  /** The cell holds JSON. */
  #storeNested(text: string, row: number): void {
    this.#packed.clear(row);
    let value: unknown;
    try {
      value = text.trim() === "" ? null : parseJson(text);
    } catch {
      this.#rejects?.add(row, this.column.from, `${quoted(text)} is no JSON`);
      return;
    }
    const reason = this.#nested!(value, row, this.#packed);
    if (reason !== undefined) this.#rejects?.add(row, this.column.from, reason);
  }

  #storeSymbol(code: number, row: number): void {
    if (this.#allowed === undefined || this.#allowed.has(code)) {
      this.#codes[row] = code;
      return;
    }
    this.#codes[row] = NULL_SYMBOL;
    const text = quoted(this.#symbols.text(code));
    this.#rejects?.add(row, this.column.from, `${text} is not one of its values`);
  }
}

/** What a plain number is multiplied by; 0 if it cannot be done exactly. */
function factorOf({ type: { kind }, unit = "us" }: ReadColumn): number {
  if (kind !== "timestamp" && kind !== "duration") return 1;
  return unit === "ns" ? 0 : microsecondsPer(unit);
}

function mostOf(kind: ReadColumn["type"]["kind"], factor: number): number {
  if (factor === 0 || kind === "f32") return -1;
  if (kind === "bool") return 1;
  return kind === "i32" ? 2 ** 31 - 1 : Math.floor(Number.MAX_SAFE_INTEGER / factor);
}

/** The end of the unquoted cell that begins at `start`; see C1. */
export function endOfCell(bytes: Uint8Array, start: number): number {
  let at = start;
  let byte = bytes[at]!;
  while (byte !== COMMA && byte !== LINE_FEED) byte = bytes[++at]!;
  return byte === LINE_FEED && at > start && bytes[at - 1] === RETURN ? at - 1 : at;
}

/** The place behind the closing quote of the cell that opens at `start`, or -1 if it is not before `limit`. */
export function endOfQuoted(bytes: Uint8Array, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at + 1] !== QUOTE || at + 1 >= limit) return at + 1;
    at++;
  }
  return -1;
}

/** The text between the quotes at `start` and `end - 1`, doubled quotes made single. */
export function unquote(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const text = new Uint8Array(end - start - 2);
  let length = 0;
  for (let at = start + 1; at < end - 1; at++) {
    text[length++] = bytes[at]!;
    if (bytes[at] === QUOTE) at++;
  }
  return text.subarray(0, length);
}

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
