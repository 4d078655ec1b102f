/** Checks of what a guest sends: plugins are not trusted, so neither are their messages. */
import {
  type Batch,
  type ColumnData,
  isSoundPacked,
  lengthOf,
  type PackedColumn,
} from "../arrow/batch.ts";
import type { Frame } from "../engine/frames.ts";

const MAX_COLUMNS = 4096;

/** The value as a frame, or undefined if it is none. Only nested columns cost something per row. */
export function parseFrame(value: unknown): Frame | undefined {
  if (!isRecord(value)) return undefined;
  const { edge, from, slice, batch, untilUs, symbols, lastTimesUs, dropped } = value;
  if (!isCount(edge) || !isCount(from) || !isCount(slice)) return undefined;
  if (typeof untilUs !== "number" || Number.isNaN(untilUs)) return undefined;
  if (!isBatch(batch) || !isSymbols(symbols)) return undefined;
  if (lastTimesUs !== undefined && !isArrayOf(lastTimesUs, isNumber)) return undefined;
  return {
    edge,
    from,
    slice,
    batch,
    untilUs,
    ...(symbols === undefined ? {} : { symbols }),
    ...(lastTimesUs === undefined ? {} : { lastTimesUs }),
    ...(value.isLast === true ? { isLast: true } : {}),
    ...(value.barrier === true ? { barrier: true } : {}),
    ...(value.aside === true ? { aside: true } : {}),
    ...(isNumber(dropped) ? { dropped } : {}),
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** A whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isArrayOf<T>(value: unknown, is: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

export function isString(value: unknown): value is string {
  return typeof value === "string";
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function isBatch(value: unknown): value is Batch {
  if (!isRecord(value)) return false;
  const { length, columns } = value;
  if (!isCount(length) || !Array.isArray(columns) || columns.length > MAX_COLUMNS) return false;
  return columns.every((column) => isColumn(column) && lengthOf(column) === length);
}

function isColumn(value: unknown): value is ColumnData {
  if (value instanceof Float64Array || value instanceof Int32Array) return true;
  if (!isRecord(value)) return false;
  const { starts, words } = value;
  return starts instanceof Int32Array && words instanceof Float64Array &&
    isSoundPacked({ starts, words } as PackedColumn);
}

function isSymbols(value: unknown): value is Frame["symbols"] {
  if (value === undefined) return true;
  return isRecord(value) && isCount(value.first) && isArrayOf(value.texts, isString);
}
