/** Values of JSON objects to cells of columns. */
import { isNested, storageOf } from "../../dsl/mod.ts";
import {
  asFlat,
  type ColumnData,
  createColumn,
  type FlatColumn,
  NULL_SYMBOL,
  PackedBuilder,
  type ReadColumn,
  type Rejects,
  type SymbolTable,
} from "../arrow/mod.ts";
import { createScalarRead } from "./json_scalars.ts";
import { createNestedRead } from "./nested_cells.ts";

/** Reads one column of objects. */
export interface JsonCell {
  readonly column: ReadColumn;
  /** Begins a batch of at most so many rows. */
  begin(rows: number): void;
  /** Takes the cell that an object has for the column. */
  read(object: object, row: number, rejects: Rejects): void;
  clear(row: number): void;
  /** The column of the batch, cut to its rows. */
  finish(rows: number): ColumnData;
  /** True once an object had the column, be it null. */
  wasSeen(): boolean;
}

type Find = (object: object) => unknown;

/** The cell reader of a column; `from` is a key, or keys with points between them. */
export function createJsonCell(column: ReadColumn, symbols: SymbolTable): JsonCell {
  const find = createFind(column.from);
  const store = isNested(column.type) ? nestedStore(column, symbols) : scalarStore(column, symbols);
  let isSeen = false;
  return {
    column,
    wasSeen: () => isSeen,
    begin: (rows) => store.begin(rows),
    finish: (rows) => store.finish(rows),
    clear: (row) => store.put(null, row),
    read: (object, row, rejects) => {
      const value = find(object);
      if (value !== undefined) isSeen = true;
      const reason = store.put(value ?? null, row);
      if (reason !== undefined) rejects.add(row, column.from, reason);
    },
  };
}

/** Where the cells of a batch go. */
interface CellStore {
  begin(rows: number): void;
  /** Says why if the value has no place; the cell is null then. */
  put(value: unknown, row: number): string | undefined;
  finish(rows: number): ColumnData;
}

function scalarStore(column: ReadColumn, symbols: SymbolTable): CellStore {
  const read = createScalarRead(column, symbols);
  const empty = storageOf(column.type) === "symbol" ? NULL_SYMBOL : NaN;
  let cells: FlatColumn = new Float64Array(0);
  return {
    begin: (rows) => {
      cells = asFlat(createColumn(column.type, rows));
    },
    put: (value, row) => {
      const cell = value === null ? empty : read(value);
      cells[row] = typeof cell === "number" ? cell : empty;
      return typeof cell === "number" ? undefined : cell;
    },
    finish: (rows) => cells.length === rows ? cells : cells.slice(0, rows),
  };
}

function nestedStore(column: ReadColumn, symbols: SymbolTable): CellStore {
  const read = createNestedRead(column, symbols);
  let builder = new PackedBuilder(0);
  return {
    begin: (rows) => {
      builder = new PackedBuilder(rows);
    },
    put: (value, row) => read(value, row, builder),
    finish: (rows) => builder.finish(rows),
  };
}

/** Every path of an object to a value that is no object, with the value. */
export function leavesOf(object: object, prefix = ""): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix + key;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? leavesOf(value, `${path}.`) : [[path, value]];
  });
}

function createFind(from: string): Find {
  const keys = from.split(".");
  return (object) => {
    if (Object.hasOwn(object, from)) return (object as Record<string, unknown>)[from];
    let value: unknown = object;
    for (const key of keys) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) {
        return undefined;
      }
      value = (value as Record<string, unknown>)[key];
    }
    return value;
  };
}
