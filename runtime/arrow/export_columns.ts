/** The engine's columns to the buffers of Arrow columns: a validity bitmap and values. */
import { storageOf, type ValueType } from "../../dsl/mod.ts";
import type { ColumnData } from "./column_data.ts";
import { FIRST_BIG, integerOfNumber } from "./big_integers.ts";
import { createNestedExport } from "./export_nested.ts";
import { LocalDictionary } from "./local_dictionary.ts";
import { SharedBuffer } from "./shared_buffer.ts";
import type { SymbolTable } from "./symbols.ts";

/** One column of one batch, valid until the next is exported. */
export interface ExportedColumn {
  readonly length: number;
  readonly nullCount: number;
  /** As the type's layout has them; the first is the validity, empty when there are no nulls. */
  readonly buffers: readonly Uint8Array[];
  readonly children: readonly ExportedColumn[];
}

/** Exports one column of batch after batch. */
export interface ColumnExport {
  /** What the values of symbol columns index, in the order of the schema; several in nested columns. */
  readonly dictionaries: readonly LocalDictionary[];
  export(data: ColumnData): ExportedColumn;
}

const NOTHING = new Uint8Array(0);
const NO_CHILDREN: readonly ExportedColumn[] = [];

export function createColumnExport(type: ValueType, symbols: SymbolTable): ColumnExport {
  switch (storageOf(type)) {
    case "symbol":
      return createSymbolExport(symbols);
    case "number":
      return createNumberExport(type, symbols);
    case "packed":
      return createNestedExport(type, (inner) => createColumnExport(inner, symbols));
  }
}

function createSymbolExport(symbols: SymbolTable): ColumnExport {
  const bitmap = new SharedBuffer();
  const values = new SharedBuffer();
  const dictionary = new LocalDictionary(symbols);
  return {
    dictionaries: [dictionary],
    export: (data) => {
      const codes = data as Int32Array<ArrayBuffer>;
      const out = values.take(codes.length * 4);
      dictionary.translate(codes, new Int32Array(out.buffer, 0, codes.length));
      const { nullCount, validity } = validityOfSymbols(codes, bitmap);
      return {
        length: codes.length,
        nullCount,
        buffers: [validity, out],
        children: NO_CHILDREN,
      };
    },
  };
}

function createNumberExport(type: ValueType, symbols: SymbolTable): ColumnExport {
  const bitmap = new SharedBuffer();
  const values = new SharedBuffer();
  const convert = conversionTo(type, symbols);
  return {
    dictionaries: [],
    export: (data) => {
      const numbers = data as Float64Array<ArrayBuffer>;
      const { nullCount, validity } = validityOf(numbers, bitmap);
      return {
        length: numbers.length,
        nullCount,
        buffers: [validity, convert(numbers, values)],
        children: NO_CHILDREN,
      };
    },
  };
}

/** Validity of one column: how many nulls, and a bitmap if there are any. */
interface Validity {
  readonly nullCount: number;
  readonly validity: Uint8Array;
}

/** Numbers as the values of an Arrow column, in the buffer or as they are. */
type Conversion = (data: Float64Array<ArrayBuffer>, buffer: SharedBuffer) => Uint8Array;

function conversionTo(type: ValueType, symbols: SymbolTable): Conversion {
  switch (type.kind) {
    case "bool":
      return toBits;
    case "i32":
      return toInt32;
    case "f32":
      return toFloat32;
    case "f64":
      return ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
    case "i64":
      return (data, buffer) => putBigIntegers(data, toInt64(data, buffer), symbols);
    default:
      return toInt64;
  }
}

/** Bit i is 1 where value i is no NaN. Most columns have no nulls, and counting is twice as fast as writing bits. */
function validityOf(
  data: Float64Array,
  buffer: SharedBuffer,
): Validity {
  let nullCount = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== data[i]) nullCount++;
  if (nullCount === 0) return { nullCount, validity: NOTHING };
  const bits = buffer.take((data.length + 7) >> 3).fill(0);
  for (let i = 0; i < data.length; i++) bits[i >> 3]! |= (data[i] === data[i] ? 1 : 0) << (i & 7);
  return { nullCount, validity: bits };
}

/** Bit i is 1 where code i is not -1. */
function validityOfSymbols(
  codes: Int32Array,
  buffer: SharedBuffer,
): Validity {
  let nullCount = 0;
  for (let i = 0; i < codes.length; i++) if (codes[i]! < 0) nullCount++;
  if (nullCount === 0) return { nullCount, validity: NOTHING };
  const bits = buffer.take((codes.length + 7) >> 3).fill(0);
  for (let i = 0; i < codes.length; i++) bits[i >> 3]! |= (codes[i]! >= 0 ? 1 : 0) << (i & 7);
  return { nullCount, validity: bits };
}

function toBits(data: Float64Array, buffer: SharedBuffer): Uint8Array {
  const bits = buffer.take((data.length + 7) >> 3).fill(0);
  for (let i = 0; i < data.length; i++) bits[i >> 3]! |= (data[i] === 1 ? 1 : 0) << (i & 7);
  return bits;
}

function toInt32(data: Float64Array, buffer: SharedBuffer): Uint8Array {
  const bytes = buffer.take(data.length * 4);
  new Int32Array(bytes.buffer, 0, data.length).set(data);
  return bytes;
}

function toFloat32(data: Float64Array, buffer: SharedBuffer): Uint8Array {
  const bytes = buffer.take(data.length * 4);
  new Float32Array(bytes.buffer, 0, data.length).set(data);
  return bytes;
}

/** Whole numbers as 64-bit integers, in halves: `BigInt64Array` needs a BigInt per row. */
function toInt64(data: Float64Array, buffer: SharedBuffer): Uint8Array {
  const bytes = buffer.take(data.length * 8);
  const halves = new Int32Array(bytes.buffer, 0, data.length * 2);
  for (let i = 0, j = 0; i < data.length; i++, j += 2) {
    const value = data[i]!;
    const high = Math.floor(value / 4294967296);
    halves[j] = value - high * 4294967296;
    halves[j + 1] = high;
  }
  return bytes;
}

/** Puts the integers where numbers stand for one. */
function putBigIntegers(data: Float64Array, bytes: Uint8Array, symbols: SymbolTable): Uint8Array {
  for (let i = 0; i < data.length; i++) {
    if (!(data[i]! >= FIRST_BIG)) continue;
    const exact = BigInt.asUintN(64, integerOfNumber(data[i]!, symbols));
    const halves = new Uint32Array(bytes.buffer, i * 8, 2);
    halves[0] = Number(exact & 0xffffffffn);
    halves[1] = Number(exact >> 32n);
  }
  return bytes;
}
