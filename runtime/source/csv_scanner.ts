/** Records of CSV (RFC 4180) into columns. */
import { type FileBlock, type ReadColumn, Rejects, type SymbolTable } from "../arrow/mod.ts";
import {
  COMMA,
  CsvCells,
  decodeText,
  endOfCell,
  endOfQuoted,
  LINE_FEED,
  QUOTE,
  RETURN,
  unquote,
} from "./csv_cells.ts";

/** What a scanner needs to know of the file and the run. */
export interface CsvPlan {
  /** The file's header. */
  readonly names: readonly string[];
  readonly columns: readonly ReadColumn[];
  readonly symbols: SymbolTable;
  readonly batchRows: number;
}

/** Fills one batch after the other. See C1 of `csv_cells.ts` for what `bytes` must hold. */
export class CsvScanner {
  readonly #cells: readonly CsvCells[];
  /** For each column of the file, the wanted ones that read it. */
  readonly #fields: readonly (readonly CsvCells[])[];
  readonly #batchRows: number;
  #rejects = new Rejects();
  #rows = 0;

  constructor(plan: CsvPlan) {
    this.#cells = plan.columns.map((column) => new CsvCells(column, plan.symbols));
    this.#fields = plan.names.map((name, index) =>
      plan.names.indexOf(name) === index
        ? this.#cells.filter(({ column }) => column.from === name)
        : []
    );
    this.#batchRows = plan.batchRows;
    this.#begin();
  }

  get isFull(): boolean {
    return this.#rows === this.#batchRows;
  }

  /** Reads whole records of `bytes[start..limit]` until the batch is full; returns where it stopped. */
  scan(bytes: Uint8Array, start: number, limit: number): number {
    let at = start;
    while (at < limit && this.#rows < this.#batchRows) {
      const next = this.#record(bytes, at, limit);
      if (next < 0) break;
      at = next;
    }
    return at;
  }

  /** Adds a row that is rejected as a whole. */
  rejectRow(reason: string): void {
    for (const cells of this.#cells) cells.clear(this.#rows);
    this.#rejects.addRow(this.#rows++, reason);
  }

  /** The rows read since the last one, or undefined if there are none. */
  take(): FileBlock | undefined {
    if (this.#rows === 0) return undefined;
    const length = this.#rows;
    const block = {
      batch: { length, columns: this.#cells.map((cells) => cells.finish(length)) },
      rejected: this.#rejects.rows(),
    };
    this.#begin();
    return block;
  }

  #begin(): void {
    this.#rows = 0;
    this.#rejects = new Rejects();
    for (const cells of this.#cells) cells.begin(this.#batchRows, this.#rejects);
  }

  /** The place behind the record at `start`, or -1 if it is not all there. */
  #record(bytes: Uint8Array, start: number, limit: number): number {
    const fields = this.#fields;
    if (fields.length > 1) {
      if (bytes[start] === LINE_FEED) return start + 1;
      if (bytes[start] === RETURN && bytes[start + 1] === LINE_FEED) return start + 2;
    }
    let at = start;
    for (let field = 0; field < fields.length; field++) {
      at = bytes[at] === QUOTE
        ? this.#quoted(bytes, { start: at, limit, field })
        : this.#unquoted(bytes, at, field);
      if (at < 0) return -1;
      const byte = bytes[at]!;
      if (byte === COMMA) at++;
      else if (byte !== LINE_FEED && byte !== RETURN) break;
      else if (field + 1 === fields.length) {
        this.#rows++;
        return byte === RETURN ? at + 2 : at + 1;
      } else break;
    }
    return this.#malformed(bytes, start, limit);
  }

  #unquoted(bytes: Uint8Array, start: number, field: number): number {
    const readers = this.#fields[field]!;
    if (readers.length === 0) return endOfCell(bytes, start);
    const end = readers[0]!.read(bytes, start, this.#rows);
    for (let i = 1; i < readers.length; i++) readers[i]!.read(bytes, start, this.#rows);
    return end;
  }

  #quoted(
    bytes: Uint8Array,
    place: { readonly start: number; readonly limit: number; readonly field: number },
  ): number {
    const end = endOfQuoted(bytes, place.start, place.limit);
    if (end < 0) return -1;
    const readers = this.#fields[place.field]!;
    if (readers.length === 0) return end;
    const text = unquote(bytes, place.start, end);
    for (const reader of readers) {
      reader.readText(text, { start: 0, end: text.length, row: this.#rows });
    }
    return end;
  }

  #malformed(bytes: Uint8Array, start: number, limit: number): number {
    const record = splitRecord(bytes, start, limit);
    if (record === undefined) return -1;
    const fields = record.cells.length;
    const wanted = this.#fields.length;
    this.rejectRow(
      fields === wanted
        ? "Cannot read the row: text follows a closing quote"
        : `Cannot read the row: it has ${fields} field${
          fields === 1 ? "" : "s"
        }, the header has ${wanted}`,
    );
    return record.end;
  }
}

/** The cells of the record at `start` and the place behind it, or undefined if it is not all before `limit`. */
export function splitRecord(
  bytes: Uint8Array,
  start: number,
  limit: number,
): { readonly cells: string[]; readonly end: number } | undefined {
  const cells: string[] = [];
  for (let at = start; at < limit; at++) {
    const isQuoted = bytes[at] === QUOTE;
    const close = isQuoted ? endOfQuoted(bytes, at, limit) : at;
    if (close < 0) return undefined;
    const end = endOfCell(bytes, close);
    const text = isQuoted ? decodeText(unquote(bytes, at, close)) : "";
    cells.push(text + decodeText(bytes.subarray(close, end)));
    at = end;
    if (bytes[at] === RETURN && bytes[at + 1] === LINE_FEED) return { cells, end: at + 2 };
    if (bytes[at] === LINE_FEED) return { cells, end: at + 1 };
  }
  return undefined;
}
