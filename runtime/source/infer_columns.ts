/** Types for the columns of text files, from their first rows. */
import type { Column, ScalarKind, ValueType } from "../../dsl/mod.ts";
import { asFlat, type FileField, SymbolTable } from "../arrow/mod.ts";
import { openByteSource } from "./byte_source.ts";
import { parseCell } from "./cell_text.ts";
import { openCsvRows, readCsvNames } from "./csv_reader.ts";
import { leavesOf } from "./json_cells.ts";
import { parseLine, readLines } from "./ndjson_lines.ts";
import { TextBuffer } from "./text_buffer.ts";

const SAMPLE_ROWS = 2000;
const WHOLE = /^[+-]?\d+$/;

/** Tried in this order; the first that all cells fit. Whole numbers are `f64`, as later ones may have a fraction. */
const CANDIDATES: readonly ValueType[] = [
  { kind: "f64" },
  { kind: "timestamp" },
  { kind: "bool" },
];

const ELEMENTS: Readonly<Record<string, ScalarKind>> = {
  number: "f64",
  string: "string",
  boolean: "bool",
};

/** Every column of a CSV file; one without values, or with numbers a double does not hold, is a string. */
export async function inferCsvColumns(path: string): Promise<Column[]> {
  const names = await readCsvNames(path);
  const symbols = new SymbolTable();
  const columns = names.map((name) => ({
    name,
    from: name,
    type: { kind: "string" as const },
  }));
  const rows = await openCsvRows(path, { columns, symbols, batchRows: SAMPLE_ROWS });
  try {
    const block = await rows.next();
    return names.map((name, index) => ({
      name,
      type: inferType(new Set(block && asFlat(block.batch.columns[index]!)), symbols),
    }));
  } finally {
    await rows.close();
  }
}

/** Every path to a value in the first objects of an NDJSON file; types as for CSV, and lists of one kind. */
export async function inferNdjsonFields(path: string): Promise<FileField[]> {
  const source = openByteSource(path);
  try {
    const buffer = new TextBuffer(source);
    await buffer.extend();
    buffer.skipMark();
    const symbols = new SymbolTable();
    const { cells, lists } = sampleCells(buffer, symbols);
    return [...cells].map(([name, codes]) => {
      const elements = lists.get(name);
      return elements
        ? { name, type: codes.size > 0 ? undefined : inferList(elements), declared: "list" }
        : { name, type: inferType(codes, symbols), declared: "value" };
    });
  } finally {
    await source.close();
  }
}

interface Sample {
  readonly cells: ReadonlyMap<string, ReadonlySet<number>>;
  /** Of columns that have lists, their elements' JavaScript types. */
  readonly lists: ReadonlyMap<string, ReadonlySet<string>>;
}

function sampleCells(buffer: TextBuffer, symbols: SymbolTable): Sample {
  const cells = new Map<string, Set<number>>();
  const lists = new Map<string, Set<string>>();
  let rows = 0;
  for (const line of readLines(buffer)) {
    const object = parseLine(line);
    if (typeof object === "string") continue;
    for (const [name, value] of leavesOf(object)) {
      const codes = cells.get(name) ?? new Set();
      cells.set(name, codes);
      if (Array.isArray(value)) {
        const elements = lists.get(name) ?? new Set();
        lists.set(name, elements);
        for (const each of value) if (each !== null) elements.add(typeof each);
      } else if (value !== null) codes.add(symbols.intern(String(value)));
    }
    if (++rows === SAMPLE_ROWS) break;
  }
  return { cells, lists };
}

/** Elements of one kind have a type; lists without elements are of numbers. */
function inferList(elements: ReadonlySet<string>): ValueType | undefined {
  const [only = "number", ...others] = elements;
  const kind = others.length === 0 ? ELEMENTS[only] : undefined;
  return kind && { kind: "list", element: { kind } };
}

function inferType(codes: ReadonlySet<number>, symbols: SymbolTable): ValueType {
  const cells = [...codes].filter((code) => code >= 0);
  const fits = (type: ValueType) => cells.every((code) => isOfType(symbols, code, type));
  return (cells.length > 0 ? CANDIDATES.find(fits) : undefined) ?? { kind: "string" };
}

function isOfType(symbols: SymbolTable, code: number, type: ValueType): boolean {
  const bytes = symbols.utf8(code);
  const column = { name: "", from: "", type };
  const value = parseCell(bytes, { start: 0, end: bytes.length }, column, symbols);
  if (typeof value === "string") return false;
  return type.kind !== "f64" || Number.isSafeInteger(value) || !WHOLE.test(symbols.text(code));
}
