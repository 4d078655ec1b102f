/** Columns of Arrow record batches to the engine's columns. */
import { type Data, DataType, type Field, type Schema } from "apache-arrow";
import { printType, storageOf } from "../../dsl/mod.ts";
import { FeaturizerError } from "../errors.ts";
import { type ColumnData, createColumn } from "./batch.ts";
import { clearRow } from "./columns.ts";
import type { ReadColumn, Rejects, TimeUnit } from "./column_spec.ts";
import { createNestedImport } from "./import_nested.ts";
import { numberDecoder, refineNumbers } from "./import_numbers.ts";
import { clearNullSymbols, symbolDecoder } from "./import_symbols.ts";
import { missingColumn } from "./missing_column.ts";
import { NULL_SYMBOL, SymbolTable } from "./symbols.ts";
import { parseTimestamp } from "./timestamp_text.ts";

/** Reads one wanted column of any batch of a file. */
export interface ColumnImport {
  /** Place of the column in the file's schema. */
  readonly index: number;
  read(
    data: Data,
    range: { readonly from: number; readonly length: number },
    rejects: Rejects,
  ): ColumnData;
}

/** What an import needs to know of the run and the file. */
export interface ImportContext {
  readonly file: string;
  readonly symbols: SymbolTable;
  readonly missing?: "fail" | "null";
}

/** One import for each wanted column; throws `FeaturizerError` for a missing column or a type that cannot fit. */
export function createImports(
  schema: Schema,
  columns: readonly ReadColumn[],
  context: ImportContext,
): ColumnImport[] {
  const names = schema.fields.map((field) => field.name);
  return columns.map((wanted) => {
    const index = names.indexOf(wanted.from);
    const field = schema.fields[index];
    if (field === undefined && context.missing === "null") {
      return { index, read: (_data, range) => emptyColumn(wanted, range.length) };
    }
    if (field === undefined) throw missingColumn(context.file, wanted.from, names);
    return { index, read: createRead(field, wanted, context) };
  });
}

function createRead(
  field: Field,
  wanted: ReadColumn,
  context: ImportContext,
): ColumnImport["read"] {
  const read = readOf(field, wanted, context);
  if (read === undefined) throw wrongType(field, wanted, context.file);
  return read;
}

/** The reader of a field as a type, or undefined if it does not fit. */
function readOf(
  field: Field,
  wanted: ReadColumn,
  context: ImportContext,
): ColumnImport["read"] | undefined {
  if (DataType.isNull(field.type)) return (_data, range) => emptyColumn(wanted, range.length);
  switch (storageOf(wanted.type)) {
    case "symbol":
      return symbolRead(field, wanted, context);
    case "number":
      return numberRead(field, wanted, context) ?? timestampTextRead(field, wanted);
    case "packed":
      return createNestedImport(field, wanted.type, {
        symbols: context.symbols,
        from: wanted.from,
        flat: (inner, type) => readOf(inner, { ...wanted, type }, context),
      });
  }
}

function numberRead(
  field: Field,
  wanted: ReadColumn,
  { symbols }: ImportContext,
): ColumnImport["read"] | undefined {
  const decode = numberDecoder(field.type, wanted);
  if (decode === undefined) return undefined;
  return (data, { from, length }, rejects) => {
    const out = new Float64Array(length);
    decode(data, from, out);
    refineNumbers(out, wanted, { data, from, rejects, symbols });
    return out;
  };
}

function symbolRead(
  field: Field,
  wanted: ReadColumn,
  { symbols }: ImportContext,
): ColumnImport["read"] | undefined {
  const decode = symbolDecoder(field.type, symbols);
  if (decode === undefined) return undefined;
  const allowed = wanted.type.kind === "enum"
    ? new Set(wanted.type.values.map((value) => symbols.intern(value)))
    : undefined;
  return (data, { from, length }, rejects) => {
    const out = new Int32Array(length);
    decode(data, from, out);
    clearNullSymbols(data, from, out);
    if (allowed !== undefined) rejectOthers(out, allowed, { wanted, symbols, rejects });
    return out;
  };
}

function rejectOthers(
  out: Int32Array,
  allowed: ReadonlySet<number>,
  context: {
    readonly wanted: ReadColumn;
    readonly symbols: SymbolTable;
    readonly rejects: Rejects;
  },
): void {
  const { wanted, symbols, rejects } = context;
  for (let i = 0; i < out.length; i++) {
    const code = out[i]!;
    if (code === NULL_SYMBOL || allowed.has(code)) continue;
    const text = JSON.stringify(symbols.text(code));
    rejects.add(i, wanted.from, `${text} is not one of ${printType(wanted.type)}`);
    out[i] = NULL_SYMBOL;
  }
}

/** Text in a column that should be a timestamp; its strings are no symbols of the run. */
function timestampTextRead(field: Field, wanted: ReadColumn): ColumnImport["read"] | undefined {
  if (wanted.type.kind !== "timestamp") return undefined;
  if (symbolDecoder(field.type, new SymbolTable()) === undefined) return undefined;
  return (data, { from, length }, rejects) => {
    const texts = new SymbolTable();
    const codes = new Int32Array(length);
    symbolDecoder(field.type, texts)?.(data, from, codes);
    clearNullSymbols(data, from, codes);
    const times = parseSymbols(texts, wanted.unit);
    const out = new Float64Array(length).fill(NaN);
    for (let i = 0; i < length; i++) {
      const code = codes[i]!;
      if (code === NULL_SYMBOL) continue;
      out[i] = times[code]!;
      if (Number.isNaN(times[code])) {
        rejects.add(i, wanted.from, `${JSON.stringify(texts.text(code))} is no timestamp`);
      }
    }
    return out;
  };
}

function parseSymbols(texts: SymbolTable, unit: TimeUnit | undefined): Float64Array {
  const times = new Float64Array(texts.size);
  for (let code = 0; code < times.length; code++) {
    const bytes = texts.utf8(code);
    times[code] = parseTimestamp(bytes, { start: 0, end: bytes.length, unit: unit ?? "us" });
  }
  return times;
}

function emptyColumn(wanted: ReadColumn, length: number): ColumnData {
  const empty = createColumn(wanted.type, length);
  for (let row = 0; row < length; row++) clearRow(empty, row);
  return empty;
}

function wrongType(field: Field, wanted: ReadColumn, file: string): FeaturizerError {
  return new FeaturizerError(
    `Cannot read "${field.name}" of "${file}" as ${printType(wanted.type)}: it is ${field.type}`,
    {
      code: "WRONG_COLUMN_TYPE",
      hint: `Declare "${wanted.name}" with a type that fits, or name another column with \`from\`.`,
    },
  );
}
