/** The engine's columns to the buffers of Arrow columns: a validity bitmap and values. */
import { storageOf, type ValueType } from "../../dsl/types.ts";
import type { ColumnData } from "./batch.ts";
import { LocalDictionary } from "./local_dictionary.ts";
import type { SymbolTable } from "./symbols.ts";

/** Buffers of one column of one batch, valid until the next is exported. */
export interface ExportedColumn {
  readonly nullCount: number;
  /** Empty when there are no nulls. */
  readonly validity: Uint8Array;
  readonly values: Uint8Array;
}

/** Exports one column of batch after batch. */
export interface ColumnExport {
  /** Present for symbol columns: what their values index. */
  readonly dictionary?: LocalDictionary;
  export(data: ColumnData): ExportedColumn;
}

const NOTHING = new Uint8Array(0);

export function createColumnExport(type: ValueType, symbols: SymbolTable): ColumnExport {
  if (storageOf(type) === "symbol") return symbolExport(new LocalDictionary(symbols));
  const values = valuesOf(type);
  return {
    export: (data) => {
      const numbers = data as Float64Array<ArrayBuffer>;
      const { nullCount, validity } = validityOf(numbers);
      return { nullCount, validity, values: values(numbers) };
    },
  };
}

function symbolExport(dictionary: LocalDictionary): ColumnExport {
  return {
    dictionary,
    export: (data) => {
      const codes = data as Int32Array<ArrayBuffer>;
      const values = new Int32Array(codes.length);
      dictionary.translate(codes, values);
      return { ...symbolValidityOf(codes), values: bytesOf(values) };
    },
  };
}

function valuesOf(type: ValueType): (data: Float64Array<ArrayBuffer>) => Uint8Array {
  switch (type.kind) {
    case "bool":
      return toBits;
    case "i32":
      return (data) => bytesOf(new Int32Array(data));
    case "f32":
      return (data) => bytesOf(new Float32Array(data));
    case "f64":
      return bytesOf;
    default:
      return toInt64;
  }
}

/** Bit i is 1 where value i is no NaN. */
function validityOf(data: Float64Array): Pick<ExportedColumn, "nullCount" | "validity"> {
  const bits = new Uint8Array((data.length + 7) >> 3);
  let valid = 0;
  for (let i = 0; i < data.length; i++) {
    const bit = data[i] === data[i] ? 1 : 0;
    valid += bit;
    bits[i >> 3]! |= bit << (i & 7);
  }
  return valid === data.length
    ? { nullCount: 0, validity: NOTHING }
    : { nullCount: data.length - valid, validity: bits };
}

function symbolValidityOf(codes: Int32Array): Pick<ExportedColumn, "nullCount" | "validity"> {
  const bits = new Uint8Array((codes.length + 7) >> 3);
  let valid = 0;
  for (let i = 0; i < codes.length; i++) {
    const bit = codes[i]! >= 0 ? 1 : 0;
    valid += bit;
    bits[i >> 3]! |= bit << (i & 7);
  }
  return valid === codes.length
    ? { nullCount: 0, validity: NOTHING }
    : { nullCount: codes.length - valid, validity: bits };
}

function toBits(data: Float64Array): Uint8Array {
  const bits = new Uint8Array((data.length + 7) >> 3);
  for (let i = 0; i < data.length; i++) bits[i >> 3]! |= (data[i] === 1 ? 1 : 0) << (i & 7);
  return bits;
}

/** Whole numbers as 64-bit integers, in halves: `BigInt64Array` needs a BigInt per row. */
function toInt64(data: Float64Array): Uint8Array {
  const halves = new Int32Array(data.length * 2);
  for (let i = 0, j = 0; i < data.length; i++, j += 2) {
    const value = data[i]!;
    const high = Math.floor(value / 4294967296);
    halves[j] = value - high * 4294967296;
    halves[j + 1] = high;
  }
  return bytesOf(halves);
}

function bytesOf(data: Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
