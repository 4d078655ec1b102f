/** Types for the columns of a CSV file, from its first rows. */
import type { Column, ValueType } from "../../dsl/mod.ts";
import { SymbolTable } from "../arrow/mod.ts";
import { parseCell } from "./cell_text.ts";
import { openCsvRows, readCsvNames } from "./csv_reader.ts";

const SAMPLE_ROWS = 2000;
const WHOLE = /^[+-]?\d+$/;

/** Tried in this order; the first that all cells fit. Whole numbers are `f64`, as later ones may have a fraction. */
const CANDIDATES: readonly ValueType[] = [
  { kind: "f64" },
  { kind: "timestamp" },
  { kind: "bool" },
];

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
      type: inferType(new Set(block?.batch.columns[index]), symbols),
    }));
  } finally {
    await rows.close();
  }
}

function inferType(codes: ReadonlySet<number>, symbols: SymbolTable): ValueType {
  const cells = [...codes].filter((code) => code >= 0);
  const fits = (type: ValueType) => cells.every((code) => isOfType(symbols, code, type));
  return (cells.length > 0 ? CANDIDATES.find(fits) : undefined) ?? { kind: "string" };
}

function isOfType(symbols: SymbolTable, code: number, type: ValueType): boolean {
  const bytes = symbols.utf8(code);
  const column = { name: "", from: "", type };
  const value = parseCell(bytes, { start: 0, end: bytes.length }, column);
  if (typeof value === "string") return false;
  return type.kind !== "f64" || Number.isSafeInteger(value) || !WHOLE.test(symbols.text(code));
}
