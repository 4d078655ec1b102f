/** Rows as plain objects to batches and back. */
import { type Column } from "../../dsl/typed_ast.ts";
import { isNested, storageOf, type ValueType } from "../../dsl/types.ts";
import {
  type Batch,
  type ColumnData,
  createColumn,
  isPacked,
  PackedBuilder,
  type SymbolTable,
} from "../../runtime/arrow/mod.ts";
import { unpack } from "../../runtime/kernel/packed.ts";
import { type Cells, emitted, isList, isMap, isStruct, type Value } from "../oracle/value.ts";

const FIRST_BIG = 2 ** 53;

export function batchFrom(
  rows: readonly Cells[],
  columns: readonly Column[],
  symbols: SymbolTable,
): Batch {
  return {
    length: rows.length,
    columns: columns.map(({ name, type }) => {
      const values = rows.map((row) => emitted(row[name] ?? null));
      return isNested(type) ? packedFrom(values, type, symbols) : flatFrom(values, type, symbols);
    }),
  };
}

function flatFrom(values: readonly Value[], type: ValueType, symbols: SymbolTable): ColumnData {
  const data = createColumn(type, values.length);
  if (isPacked(data)) throw new RangeError("Cannot fill a nested column with scalars");
  values.forEach((value, i) => data[i] = wordOf(value, type, symbols));
  return data;
}

function packedFrom(values: readonly Value[], type: ValueType, symbols: SymbolTable): ColumnData {
  const builder = new PackedBuilder(values.length);
  values.forEach((value, i) => {
    if (value === null) return;
    builder.begin();
    for (const word of wordsOf(value, type, symbols)) builder.push(word);
    builder.end(i);
  });
  return builder.finish(values.length);
}

function wordOf(value: Value, type: ValueType, symbols: SymbolTable): number {
  if (storageOf(type) === "symbol") return value === null ? -1 : symbols.intern(String(value));
  if (typeof value === "bigint") return FIRST_BIG + 2 * symbols.intern(String(value));
  return value === null ? NaN : Number(value);
}

function wordsOf(value: Value, type: ValueType, symbols: SymbolTable): readonly number[] {
  if (!isNested(type)) return [wordOf(value, type, symbols)];
  const parts = (values: readonly Value[], of: ValueType) =>
    values.flatMap((part) => wordsOf(part, of, symbols));
  switch (type.kind) {
    case "list":
      return isList(value) ? [value.length, ...parts(value, type.element)] : [-1];
    case "vector":
      return isList(value) ? [1, ...parts(value, { kind: "f64" })] : [-1];
    case "map":
      if (!isMap(value)) return [-1];
      return [
        value.size,
        ...[...value].flatMap((
          [key, one],
        ) => [...parts([key], type.key), ...parts([one], type.value)]),
      ];
    case "struct":
      if (!isStruct(value)) return [-1];
      return [1, ...type.fields.flatMap((field) => parts([value[field.name] ?? null], field.type))];
  }
}

export function rowsOfBatches(
  batches: readonly Batch[],
  columns: readonly Column[],
  symbols: SymbolTable,
): readonly Cells[] {
  return batches.flatMap((batch) =>
    Array.from({ length: batch.length }, (_, i): Cells =>
      Object.fromEntries(
        columns.map(({ name, type }, c) => [name, decode(batch.columns[c], i, { type, symbols })]),
      ))
  );
}

interface Decoding {
  readonly type: ValueType;
  readonly symbols: SymbolTable;
}

function decode(data: ColumnData | undefined, index: number, { type, symbols }: Decoding): Value {
  if (data !== undefined && isPacked(data)) return packedValue(data, index, { type, symbols });
  const stored = data?.[index];
  if (stored === undefined) {
    throw new RangeError(`Cannot read row ${index}: the column is too short`);
  }
  if (storageOf(type) === "symbol") return stored < 0 ? null : symbols.text(stored);
  if (Number.isNaN(stored)) return null;
  if (type.kind === "i64" && stored >= FIRST_BIG) {
    return BigInt(symbols.text((stored - FIRST_BIG) / 2));
  }
  return type.kind === "bool" ? stored === 1 : stored;
}

function packedValue(
  { starts, words }: Extract<ColumnData, { readonly starts: unknown }>,
  index: number,
  { type, symbols }: Decoding,
): Value {
  const start = starts[index];
  if (start === undefined) {
    throw new RangeError(`Cannot read row ${index}: the column is too short`);
  }
  if (start < 0 || !isNested(type)) return null;
  const texts = new Proxy([] as string[], {
    get: (_, code) => symbols.text(Number(code)),
  });
  return plain(unpack(type, words, start + 1, texts));
}

/** Vectors are lists of numbers here, and a number that is none is null. */
function plain(value: unknown): Value {
  if (value instanceof Float64Array) return Array.from(value, (x) => Number.isNaN(x) ? null : x);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    return new Map([...value].map(([key, one]) => [plain(key), plain(one)]));
  }
  if (typeof value !== "object" || value === null) return value as Value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}
