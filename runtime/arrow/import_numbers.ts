/**
 * Number columns of Arrow to `Float64Array`, null is NaN. Arrow types the buffers of a column by a type
 * parameter that is not known here, so each decoder casts to the array its type id promises.
 */
import { type Data, DataType, DateUnit, TimeUnit as ArrowUnit } from "apache-arrow";
import type { ScalarKind } from "../../dsl/mod.ts";
import { numberOfInteger } from "./big_integers.ts";
import type { ReadColumn, Rejects, TimeUnit } from "./column_spec.ts";
import type { SymbolTable } from "./symbols.ts";
import { scaleToMicroseconds } from "./time_units.ts";

/** Rows `from .. from + out.length` of the column into `out`; nulls hold anything. */
type Decoder = (data: Data, from: number, out: Float64Array) => void;

const DAY_US = 86_400_000_000;
const MAX_I32 = 2 ** 31 - 1;

/** The decoder for a column of this Arrow type, or undefined if its values cannot become that kind. */
export function numberDecoder(type: DataType, wanted: ReadColumn): Decoder | undefined {
  const { kind } = wanted.type;
  if (kind === "timestamp" || kind === "duration") return timeDecoder(type, kind, wanted.unit);
  if (DataType.isBool(type)) return kind === "bool" ? decodeBits : undefined;
  return plainDecoder(type);
}

/** Nulls of the column to NaN, and values the wanted kind cannot hold to rejects. */
export function refineNumbers(
  out: Float64Array,
  wanted: ReadColumn,
  place: {
    readonly data: Data;
    readonly from: number;
    readonly rejects: Rejects;
    readonly symbols: SymbolTable;
  },
): void {
  clearNulls(place.data, place.from, out);
  const { from, rejects } = { from: wanted.from, rejects: place.rejects };
  const kind = wanted.type.kind;
  if (kind === "f64") finite(out);
  else if (kind === "f32") finite32(out);
  else if (kind === "bool") whole(out, { from, rejects, least: 0, most: 1 });
  else if (kind === "i32") whole(out, { from, rejects, least: -MAX_I32 - 1, most: MAX_I32 });
  else if (kind === "i64" && isWide(place.data.type)) exactIntegers(out, wanted.from, place);
  else {
    whole(out, { from, rejects, least: Number.MIN_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER });
  }
}

function timeDecoder(
  type: DataType,
  kind: ScalarKind,
  unit: TimeUnit = "us",
): Decoder | undefined {
  if (DataType.isTimestamp(type) || DataType.isDuration(type)) {
    const fits = DataType.isTimestamp(type) === (kind === "timestamp");
    return fits ? decodeTimes64(unitOf(type.unit)) : undefined;
  }
  if (DataType.isDate(type)) return kind === "timestamp" ? decodeDates(type.unit) : undefined;
  if (DataType.isInt(type) && type.bitWidth === 64 && type.isSigned) return decodeTimes64(unit);
  const plain = plainDecoder(type);
  if (plain === undefined) return undefined;
  return (data, from, out) => {
    plain(data, from, out);
    scaleToMicroseconds(out, unit);
  };
}

function plainDecoder(type: DataType): Decoder | undefined {
  if (DataType.isInt(type)) {
    if (type.bitWidth < 64) return decodeNarrow;
    return type.isSigned ? decodeInt64 : decodeUint64;
  }
  if (DataType.isFloat(type)) return type.precision === 0 ? decodeHalf : decodeNarrow;
  return undefined;
}

function decodeNarrow(data: Data, from: number, out: Float64Array): void {
  out.set((data.values as Float64Array).subarray(from, from + out.length));
}

function decodeHalf(data: Data, from: number, out: Float64Array): void {
  const { buffer, byteOffset, length } = data.values as Uint16Array<ArrayBuffer>;
  out.set(new Float16Array(buffer, byteOffset, length).subarray(from, from + out.length));
}

function decodeBits(data: Data, from: number, out: Float64Array): void {
  const bits = data.values as Uint8Array;
  const first = data.offset + from;
  for (let i = 0; i < out.length; i++) {
    const at = first + i;
    out[i] = (bits[at >> 3]! >> (at & 7)) & 1;
  }
}

function decodeInt64(data: Data, from: number, out: Float64Array): void {
  const { low, high } = halves(data, from, out.length);
  for (let i = 0, j = 0; i < out.length; i++, j += 2) out[i] = high[j]! * 4294967296 + low[j]!;
}

function decodeUint64(data: Data, from: number, out: Float64Array): void {
  const { low, high } = halves(data, from, out.length);
  for (let i = 0, j = 0; i < out.length; i++, j += 2) {
    out[i] = (high[j]! >>> 0) * 4294967296 + low[j]!;
  }
}

function decodeTimes64(unit: TimeUnit): Decoder {
  if (unit === "ns") return decodeNanoseconds;
  if (unit === "us") return decodeInt64;
  return (data, from, out) => {
    decodeInt64(data, from, out);
    scaleToMicroseconds(out, unit);
  };
}

/** floor(v / 1000) of 64-bit v: no step leaves the integers a double holds exactly. */
function decodeNanoseconds(data: Data, from: number, out: Float64Array): void {
  const { low, high } = halves(data, from, out.length);
  for (let i = 0, j = 0; i < out.length; i++, j += 2) {
    const quotient = Math.floor(high[j]! / 1000);
    const rest = (high[j]! - quotient * 1000) * 4294967296 + low[j]!;
    out[i] = quotient * 4294967296 + Math.floor(rest / 1000);
  }
}

function decodeDates(unit: DateUnit): Decoder {
  if (unit === DateUnit.MILLISECOND) return decodeTimes64("ms");
  return (data, from, out) => {
    const days = data.values as Int32Array;
    for (let i = 0; i < out.length; i++) out[i] = days[from + i]! * DAY_US;
  };
}

/** 64-bit values as pairs; `low[2i]` is unsigned, `high[2i]` signed. A BigInt per row is six times slower. */
function halves(
  data: Data,
  from: number,
  length: number,
): { readonly low: Uint32Array; readonly high: Int32Array } {
  const { buffer, byteOffset } = data.values as BigInt64Array;
  const start = byteOffset + from * 8;
  const low = new Uint32Array(buffer, start, length * 2);
  const high = new Int32Array(buffer, start, length * 2).subarray(1);
  return { low, high };
}

function clearNulls(data: Data, from: number, out: Float64Array): void {
  if (data.nullCount === 0) return;
  const bits = data.nullBitmap;
  const first = data.offset + from;
  for (let i = 0; i < out.length; i++) {
    const at = first + i;
    if (((bits[at >> 3]! >> (at & 7)) & 1) === 0) out[i] = NaN;
  }
}

/** Infinities to NaN and -0 to 0. */
function finite(out: Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    const value = out[i]!;
    out[i] = value - value === 0 ? value + 0 : NaN;
  }
}

function isWide(type: DataType): boolean {
  return DataType.isInt(type) && type.bitWidth === 64;
}

/** What no double holds becomes a number that stands for it. */
function exactIntegers(
  out: Float64Array,
  column: string,
  place: {
    readonly data: Data;
    readonly from: number;
    readonly rejects: Rejects;
    readonly symbols: SymbolTable;
  },
): void {
  const { data, from, rejects, symbols } = place;
  const values = data.values as BigInt64Array | BigUint64Array;
  for (let i = 0; i < out.length; i++) {
    if (!(Math.abs(out[i]!) > Number.MAX_SAFE_INTEGER)) continue;
    const exact = values[from + i]!;
    const number = numberOfInteger(exact, symbols);
    if (number === undefined) {
      rejects.add(i, column, `${exact} is outside -9223372036854775808 to 9223372036854775807`);
    }
    out[i] = number ?? NaN;
  }
}

function finite32(out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.fround(out[i]!);
  finite(out);
}

function whole(
  out: Float64Array,
  range: {
    readonly from: string;
    readonly rejects: Rejects;
    readonly least: number;
    readonly most: number;
  },
): void {
  const { from, rejects, least, most } = range;
  for (let i = 0; i < out.length; i++) {
    const value = out[i]!;
    if (value >= least && value <= most && Math.floor(value) === value) {
      out[i] = value + 0;
    } else if (value === value) {
      out[i] = NaN;
      if (value - value !== 0) continue;
      const state = Math.floor(value) === value
        ? `${value} is outside ${least} to ${most}`
        : `${value} is not a whole number`;
      rejects.add(i, from, state);
    }
  }
}

function unitOf(unit: ArrowUnit): TimeUnit {
  if (unit === ArrowUnit.SECOND) return "s";
  if (unit === ArrowUnit.MILLISECOND) return "ms";
  return unit === ArrowUnit.MICROSECOND ? "us" : "ns";
}
