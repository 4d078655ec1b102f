/** CSV files: RFC 4180 with LF, null is an empty cell, the empty string is quoted, nested values are JSON. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import type { Batch, ColumnData, PackedColumn } from "./batch.ts";
import { bigIntegerText, FIRST_BIG } from "./big_integers.ts";
import { CsvText } from "./csv_text.ts";
import { formatFloat32 } from "./float_text.ts";
import { createPackedText } from "./packed_text.ts";
import type { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";
import { NULL_SYMBOL, type SymbolTable } from "./symbols.ts";

/** Writes a row of a column; of null nothing. */
type CellWrite = (text: CsvText, column: ColumnData, row: number) => void;

const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const FLUSH_ROWS = 4096;

const encoder = new TextEncoder();

/** Writes batch by batch. */
export class CsvResultWriter implements ResultWriter {
  readonly #file: PartialFile;
  readonly #cells: readonly CellWrite[];
  readonly #text = new CsvText();

  constructor(file: PartialFile, { columns, symbols }: ResultOptions) {
    this.#file = file;
    this.#cells = columns.map(({ type }) => cellWrite(type, symbols));
    file.write(encoder.encode(`${columns.map(({ name }) => quoteCell(name)).join(",")}\n`));
  }

  write(batch: Batch): void {
    const text = this.#text;
    const cells = this.#cells;
    for (let row = 0; row < batch.length; row++) {
      for (let column = 0; column < cells.length; column++) {
        if (column > 0) text.byte(COMMA);
        cells[column]!(text, batch.columns[column]!, row);
      }
      text.byte(LINE_FEED);
      if (row % FLUSH_ROWS === 0) this.#file.write(text.take());
    }
    this.#file.write(text.take());
  }

  async close(): Promise<{ readonly bytes: number }> {
    return await this.#file.commit();
  }

  abort(): Promise<void> {
    this.#file.abort();
    return Promise.resolve();
  }
}

function cellWrite(type: ValueType, symbols: SymbolTable): CellWrite {
  switch (storageOf(type)) {
    case "symbol":
      return symbolWrite(symbols);
    case "packed":
      return packedWrite(type, symbols);
    case "number": {
      const write = numberWrite(type, symbols);
      return (text, column, row) => {
        const value = (column as Float64Array)[row]!;
        if (value === value) write(text, value);
      };
    }
  }
}

function numberWrite(
  type: ValueType,
  symbols: SymbolTable,
): (text: CsvText, value: number) => void {
  switch (type.kind) {
    case "bool":
      return (text, value) => text.ascii(value === 1 ? "true" : "false");
    case "timestamp":
      return (text, value) => text.timestamp(value);
    case "f32":
      return (text, value) => text.ascii(formatFloat32(value));
    case "i64":
      return (text, value) => {
        if (value >= FIRST_BIG) text.ascii(bigIntegerText(value, symbols));
        else text.number(value);
      };
    default:
      return (text, value) => text.number(value);
  }
}

function symbolWrite(symbols: SymbolTable): CellWrite {
  const cells: (Uint8Array | undefined)[] = [];
  return (text, column, row) => {
    const code = (column as Int32Array)[row]!;
    if (code === NULL_SYMBOL) return;
    text.bytes(cells[code] ??= encoder.encode(quoteCell(symbols.text(code))));
  };
}

function packedWrite(type: ValueType, symbols: SymbolTable): CellWrite {
  const textOf = createPackedText(type, symbols);
  return (text, column, row) => {
    const json = textOf(column as PackedColumn, row);
    if (json !== undefined) text.bytes(encoder.encode(quoteCell(json)));
  };
}

function quoteCell(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
