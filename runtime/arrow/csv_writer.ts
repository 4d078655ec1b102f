/** CSV files: RFC 4180 with LF, null is an empty cell, the empty string is quoted. */
import { storageOf, type ValueType } from "../../dsl/types.ts";
import type { Batch } from "./batch.ts";
import type { PartialFile } from "./partial_file.ts";
import type { ResultOptions, ResultWriter } from "./result_writer.ts";
import { NULL_SYMBOL, type SymbolTable } from "./symbols.ts";
import { formatTimestamp } from "./timestamp_format.ts";

/** The text of a value that is not null. */
type CellFormat = (value: number) => string;

const encoder = new TextEncoder();

/** Writes batch by batch. */
export class CsvResultWriter implements ResultWriter {
  readonly #file: PartialFile;
  readonly #cells: readonly CellFormat[];

  constructor(file: PartialFile, { columns, symbols }: ResultOptions) {
    this.#file = file;
    this.#cells = columns.map(({ type }) => cellFormat(type, symbols));
    file.write(encoder.encode(`${columns.map(({ name }) => quoteCell(name)).join(",")}\n`));
  }

  write(batch: Batch): void {
    let text = "";
    const cells = this.#cells;
    for (let row = 0; row < batch.length; row++) {
      for (let column = 0; column < cells.length; column++) {
        if (column > 0) text += ",";
        text += cells[column]!(batch.columns[column]![row]!);
      }
      text += "\n";
    }
    this.#file.write(encoder.encode(text));
  }

  async close(): Promise<{ readonly bytes: number }> {
    return await this.#file.commit();
  }

  abort(): Promise<void> {
    this.#file.abort();
    return Promise.resolve();
  }
}

function cellFormat(type: ValueType, symbols: SymbolTable): CellFormat {
  if (storageOf(type) === "symbol") return symbolFormat(symbols);
  const format = numberFormat(type);
  return (value) => (value === value ? format(value) : "");
}

function numberFormat(type: ValueType): CellFormat {
  if (type.kind === "bool") return (value) => (value === 1 ? "true" : "false");
  if (type.kind === "timestamp") return formatTimestamp;
  return type.kind === "f32" ? formatFloat32 : String;
}

function symbolFormat(symbols: SymbolTable): CellFormat {
  const cells: (string | undefined)[] = [];
  return (code) => code === NULL_SYMBOL ? "" : cells[code] ??= quoteCell(symbols.text(code));
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
