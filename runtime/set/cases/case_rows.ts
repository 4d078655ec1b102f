/** The rows of a run as cells, and where they differ from those that a case expects. */
import { type Column, isNested, storageOf } from "../../../dsl/mod.ts";
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
import type { CollectedRun } from "../collect_run.ts";
import { type Cell, cellOfJson, equalCells, parsedJson } from "./case_cells.ts";

/** Rows with typed cells. */
export interface CellTable {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A cell that is not as expected; a row or cell that is not there is undefined. */
export interface CellDifference {
  readonly row: number;
  /** Place among the columns; -1 for a row that only one side has. */
  readonly column: number;
  readonly expected: Cell | undefined;
  readonly actual: Cell | undefined;
}

/** The rows of a run. */
export function cellsOf({ columns, blocks }: CollectedRun, symbols: SymbolTable): CellTable {
  const readers = columns.map((column) => cellReader(column, symbols));
  const rows = blocks.flatMap((block) =>
    Array.from(
      { length: block.length },
      (_, row) => readers.map((read, at) => read(block.columns[at]!, row)),
    )
  );
  return { columns, rows };
}

/** Some columns of a table, by place. */
export function selectColumns({ columns, rows }: CellTable, places: readonly number[]): CellTable {
  return {
    columns: places.map((place) => columns[place]!),
    rows: rows.map((row) => places.map((place) => row[place] ?? null)),
  };
}

/** Every cell that differs, in order; columns of both are the same. */
export function differencesOf(
  expected: CellTable["rows"],
  actual: CellTable["rows"],
  tolerance = 0,
): readonly CellDifference[] {
  const differences: CellDifference[] = [];
  for (let row = 0; row < Math.max(expected.length, actual.length); row++) {
    const [wanted, got] = [expected[row], actual[row]];
    if (wanted === undefined || got === undefined) {
      differences.push({ row, column: -1, expected: undefined, actual: undefined });
      continue;
    }
    wanted.forEach((cell, column) => {
      const other = got[column] ?? null;
      if (equalCells(cell, other, tolerance)) return;
      differences.push({ row, column, expected: cell, actual: other });
    });
  }
  return differences;
}

/** Values of a column, row by row. */
export function cellReader(
  { type }: Column,
  symbols: SymbolTable,
): (data: ColumnData, row: number) => Cell {
  if (isNested(type)) {
    const textOf = createPackedText(type, symbols);
    return (data, row) => {
      const text = textOf(data as PackedColumn, row);
      return text === undefined ? null : cellOfJson(parsedJson(text), type);
    };
  }
  if (storageOf(type) === "symbol") {
    return (data, row) => {
      const code = asFlat(data)[row]!;
      return code === NULL_SYMBOL ? null : symbols.text(code);
    };
  }
  return (data, row) => {
    const value = asFlat(data)[row]!;
    if (value !== value) return null;
    if (type.kind === "bool") return value === 1;
    return type.kind === "i64" && value >= FIRST_BIG
      ? BigInt(bigIntegerText(value, symbols))
      : value;
  };
}
