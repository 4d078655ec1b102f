/**
 * String columns of Arrow to symbol codes, null is -1. Arrow types the buffers of a column by a type
 * parameter that is not known here, so each decoder casts to the array its type id promises.
 */
import { type Data, DataType, type Vector } from "apache-arrow";
import type { SymbolTable } from "./symbols.ts";

/** Rows `from .. from + out.length` of the column into `out`; nulls hold anything. */
type Decoder = (data: Data, from: number, out: Int32Array) => void;

/** The decoder for a column of this Arrow type, or undefined if it holds no strings. */
export function symbolDecoder(type: DataType, symbols: SymbolTable): Decoder | undefined {
  if (DataType.isDictionary(type)) {
    return symbolDecoder(type.dictionary, symbols) && dictionaryDecoder(symbols);
  }
  if (DataType.isUtf8(type)) return (data, from, out) => decodeUtf8(data, from, { out, symbols });
  if (DataType.isLargeUtf8(type)) {
    return (data, from, out) => decodeLargeUtf8(data, from, { out, symbols });
  }
  if (DataType.isUtf8View(type)) {
    return (data, from, out) => decodeUtf8View(data, from, { out, symbols });
  }
  return undefined;
}

export function clearNullSymbols(data: Data, from: number, out: Int32Array): void {
  if (data.nullCount === 0) return;
  const bits = data.nullBitmap;
  const first = data.offset + from;
  for (let i = 0; i < out.length; i++) {
    const at = first + i;
    if (((bits[at >> 3]! >> (at & 7)) & 1) === 0) out[i] = -1;
  }
}

interface Target {
  readonly out: Int32Array;
  readonly symbols: SymbolTable;
}

function decodeUtf8(data: Data, from: number, { out, symbols }: Target): void {
  const offsets = data.valueOffsets as Int32Array;
  const bytes = data.values as Uint8Array;
  const valid = validity(data);
  let start = offsets[from]!;
  for (let i = 0; i < out.length; i++) {
    const end = offsets[from + i + 1]!;
    out[i] = valid(from + i) ? symbols.internUtf8(bytes, start, end) : -1;
    start = end;
  }
}

function decodeLargeUtf8(data: Data, from: number, { out, symbols }: Target): void {
  const { buffer, byteOffset } = data.valueOffsets as unknown as BigInt64Array;
  const offsets = new Uint32Array(buffer, byteOffset + from * 8, (out.length + 1) * 2);
  const bytes = data.values as Uint8Array;
  const valid = validity(data);
  let start = offsets[0]! + offsets[1]! * 4294967296;
  for (let i = 0; i < out.length; i++) {
    const end = offsets[2 * i + 2]! + offsets[2 * i + 3]! * 4294967296;
    out[i] = valid(from + i) ? symbols.internUtf8(bytes, start, end) : -1;
    start = end;
  }
}

/** A view is 16 bytes: length, then 12 bytes of text or a prefix of 4, a buffer number and an offset. */
function decodeUtf8View(data: Data, from: number, { out, symbols }: Target): void {
  const views = data.values as Uint8Array;
  const words = new DataView(views.buffer, views.byteOffset, views.byteLength);
  const valid = validity(data);
  for (let i = 0; i < out.length; i++) {
    const at = (from + i) * 16;
    const length = words.getInt32(at, true);
    if (!valid(from + i)) out[i] = -1;
    else if (length <= 12) out[i] = symbols.internUtf8(views, at + 4, at + 4 + length);
    else {
      const bytes = data.variadicBuffers[words.getInt32(at + 8, true)]!;
      const start = words.getInt32(at + 12, true);
      out[i] = symbols.internUtf8(bytes, start, start + length);
    }
  }
}

function validity(data: Data): (row: number) => boolean {
  if (data.nullCount === 0) return () => true;
  const { nullBitmap, offset } = data;
  return (row) => ((nullBitmap[(offset + row) >> 3]! >> ((offset + row) & 7)) & 1) === 1;
}

/** Maps each dictionary once; a batch whose dictionary is the last one's grown copy maps the new part only. */
function dictionaryDecoder(symbols: SymbolTable): Decoder {
  const codesOf = new WeakMap<Data, Int32Array>();
  let last: { readonly dictionary: Vector; readonly codes: Int32Array } | undefined;
  const codesOfVector = (dictionary: Vector): Int32Array => {
    if (last?.dictionary === dictionary) return last.codes;
    const codes = new Int32Array(dictionary.length);
    let at = 0;
    for (const chunk of dictionary.data) {
      const known = codesOf.get(chunk) ?? chunkCodes(chunk, symbols);
      codesOf.set(chunk, known);
      codes.set(known, at);
      at += known.length;
    }
    last = { dictionary, codes };
    return codes;
  };
  return (data, from, out) => {
    const codes = codesOfVector(data.dictionary!);
    const indices = data.values as Int32Array;
    for (let i = 0; i < out.length; i++) out[i] = codes[indices[from + i]!] ?? -1;
  };
}

function chunkCodes(chunk: Data, symbols: SymbolTable): Int32Array {
  const codes = new Int32Array(chunk.length);
  symbolDecoder(chunk.type, symbols)!(chunk, 0, codes);
  clearNullSymbols(chunk, 0, codes);
  return codes;
}
