/** Columns of another symbol table made columns of one's own: strings, and integers that stand for a text. */
import { storageOf, type ValueType } from "../../dsl/types.ts";
import { FIRST_BIG } from "./big_integers.ts";
import type { ColumnData, PackedColumn } from "./column_data.ts";
import { copyPacked } from "./packed_rows.ts";

/** Own codes by the code that the column has; a code beyond them is a `RangeError`. */
export type Codes = Int32Array;

/** The column with own codes, in other buffers if it has any. */
export type Recode = (column: ColumnData, codes: Codes) => ColumnData;

/** Undefined for types that hold no codes. */
export function createRecode(type: ValueType): Recode | undefined {
  if (storageOf(type) !== "packed") {
    const recode = scalarRecode(type);
    return recode && ((column, codes) => recodeFlat(column, codes, recode));
  }
  const walk = createWalk(type);
  return walk && ((column, codes) => {
    const copy = copyPacked(column as PackedColumn);
    const { words } = copy;
    for (let at = 0; at < words.length; at += words[at]!) walk(words, at + 1, codes);
    return copy;
  });
}

function recodeFlat(
  column: ColumnData,
  codes: Codes,
  recode: (word: number, codes: Codes) => number,
): ColumnData {
  if (column instanceof Int32Array) {
    const own = new Int32Array(column.length);
    for (let i = 0; i < own.length; i++) own[i] = recode(column[i]!, codes);
    return own;
  }
  const numbers = column as Float64Array<ArrayBuffer>;
  let first = 0;
  while (first < numbers.length && !(numbers[first]! >= FIRST_BIG)) first++;
  if (first === numbers.length) return numbers;
  const own = numbers.slice();
  for (let i = first; i < own.length; i++) own[i] = recode(own[i]!, codes);
  return own;
}

function scalarRecode(type: ValueType): ((word: number, codes: Codes) => number) | undefined {
  if (storageOf(type) === "symbol") return (code, codes) => code < 0 ? -1 : own(code, codes);
  if (type.kind !== "i64") return undefined;
  return (number, codes) =>
    number >= FIRST_BIG ? FIRST_BIG + 2 * own((number - FIRST_BIG) / 2, codes) : number;
}

function own(code: number, codes: Codes): number {
  const known = codes[code];
  if (known !== undefined && known >= 0) return known;
  throw new RangeError(`Cannot take a column over: its symbol ${code} has no text`);
}

/** Goes over the words of a value, codes replaced in place; returns the place behind it. */
type Walk = (words: Float64Array, at: number, codes: Codes) => number;

/** Undefined for types that hold no codes. */
function createWalk(type: ValueType): Walk | undefined {
  return holdsCodes(type) ? walkOf(type) : undefined;
}

function holdsCodes(type: ValueType): boolean {
  switch (type.kind) {
    case "list":
      return holdsCodes(type.element);
    case "map":
      return holdsCodes(type.key) || holdsCodes(type.value);
    case "struct":
      return type.fields.some((field) => holdsCodes(field.type));
    default:
      return scalarRecode(type) !== undefined;
  }
}

function walkOf(type: ValueType): Walk {
  switch (type.kind) {
    case "list":
      return walkParts([walkOf(type.element)]);
    case "map":
      return walkParts([walkOf(type.key), walkOf(type.value)]);
    case "struct":
      return walkParts(type.fields.map((field) => walkOf(field.type)));
    case "vector":
      return (words, at) => words[at]! < 0 ? at + 1 : at + 1 + type.length;
    default: {
      const recode = scalarRecode(type);
      return (words, at, codes) => {
        if (recode) words[at] = recode(words[at]!, codes);
        return at + 1;
      };
    }
  }
}

/** The parts as often as the first word says, which is never for null. */
function walkParts(parts: readonly Walk[]): Walk {
  return (words, at, codes) => {
    const count = words[at]!;
    if (!(count <= words.length - at)) {
      throw new RangeError("Cannot take a column over: a value does not fit its words");
    }
    let place = at + 1;
    for (let left = count; left > 0; left--) {
      for (const walk of parts) place = walk(words, place, codes);
    }
    return place;
  };
}
