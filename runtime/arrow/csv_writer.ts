/** CSV files: RFC 4180 with LF, null is an empty cell, the empty string is quoted. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import type { Batch } from "./batch.ts";
import { CsvText } from "./csv_text.ts";
import type { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";
import { NULL_SYMBOL, type SymbolTable } from "./symbols.ts";

/** Writes a value that may be null. */
type CellWrite = (text: CsvText, value: number) => void;

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
        cells[column]!(text, batch.columns[column]![row]!);
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
  if (storageOf(type) === "symbol") return symbolWrite(symbols);
  const write = numberWrite(type);
  return (text, value) => {
    if (value === value) write(text, value);
  };
}

function numberWrite(type: ValueType): CellWrite {
  switch (type.kind) {
    case "bool":
      return (text, value) => text.ascii(value === 1 ? "true" : "false");
    case "timestamp":
      return (text, value) => text.timestamp(value);
    case "f32":
      return (text, value) => text.ascii(formatFloat32(value));
    default:
      return (text, value) => text.number(value);
  }
}

function symbolWrite(symbols: SymbolTable): CellWrite {
  const cells: (Uint8Array | undefined)[] = [];
  return (text, code) => {
    if (code === NULL_SYMBOL) return;
    text.bytes(cells[code] ??= encoder.encode(quoteCell(symbols.text(code))));
  };
}

/** The shortest text that is read as the same 32-bit float. */
function formatFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

function quoteCell(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
