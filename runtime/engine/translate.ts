/**
 * Rows whose symbols are another table's. What comes from a worker may be forged, so every word that is followed
 * is looked at first: a code must be known, and a nested value must end where its run ends.
 */
import { FIRST_BIG, isNested, type ValueType } from "../../dsl/types.ts";
import { type ColumnData, isPacked, lengthOf, type PackedColumn } from "./column.ts";

/** Codes of this table by codes of the other. */
export type Translation = Int32Array;

/** Columns that do not keep to their types. */
export class ForgedRows extends Error {
  override readonly name = "ForgedRows";
}

/** True if values of the type may hold symbols: texts, and integers beyond 2^53. */
export function holdsSymbols(type: ValueType): boolean {
  switch (type.kind) {
    case "string":
    case "enum":
    case "i64":
      return true;
    case "list":
      return holdsSymbols(type.element);
    case "map":
      return holdsSymbols(type.key) || holdsSymbols(type.value);
    case "struct":
      return type.fields.some((field) => holdsSymbols(field.type));
    default:
      return false;
  }
}

/** The column with symbols of this table; the column itself where it has none. */
export function translateColumn(
  column: ColumnData,
  type: ValueType,
  translation: Translation,
): ColumnData {
  if (isNested(type)) {
    return translatePacked(expectPacked(column), type, translation);
  }
  if (isPacked(column)) throw new ForgedRows("a column of scalars is nested");
  if (column instanceof Int32Array) {
    if (type.kind !== "string" && type.kind !== "enum") throw new ForgedRows("numbers are texts");
    return column.map((code) => code === -1 ? -1 : translated(code, translation));
  }
  if (type.kind === "string" || type.kind === "enum") throw new ForgedRows("texts are numbers");
  if (type.kind !== "i64" || !column.some(isBig)) return column;
  return column.map((value) => translatedBig(value, translation));
}

/** Checks a column against its type; `symbols` is how many the table has. */
export function checkColumn(column: ColumnData, type: ValueType, symbols: number): void {
  if (isNested(type)) {
    translatePacked(expectPacked(column), type, { length: symbols });
    return;
  }
  const isText = type.kind === "string" || type.kind === "enum";
  if (isPacked(column) || isText !== column instanceof Int32Array) {
    throw new ForgedRows("a column is not of its type");
  }
  if (column instanceof Int32Array) {
    for (let i = 0; i < column.length; i++) {
      if (column[i]! < -1 || column[i]! >= symbols) throw unknownCode(column[i]!);
    }
  } else if (type.kind === "i64") {
    for (let i = 0; i < column.length; i++) {
      if (isBig(column[i]!)) translatedBig(column[i]!, { length: symbols });
    }
  }
}

function expectPacked(column: ColumnData): PackedColumn {
  if (isPacked(column)) return column;
  throw new ForgedRows("a nested column is one of scalars");
}

/** Without codes of its own a table is only as long as its codes go: symbols stay what they are. */
type Codes = Translation | { readonly length: number };

function translated(code: number, codes: Codes): number {
  if (!(code >= 0 && code < codes.length)) throw unknownCode(code);
  return ArrayBuffer.isView(codes) ? codes[code]! : code;
}

function isBig(value: number): boolean {
  return value >= FIRST_BIG;
}

function translatedBig(value: number, codes: Codes): number {
  if (!isBig(value)) return value;
  return FIRST_BIG + 2 * translated((value - FIRST_BIG) / 2, codes);
}

function unknownCode(code: number): ForgedRows {
  return new ForgedRows(`symbol ${code} was never made known`);
}

function translatePacked(column: PackedColumn, type: ValueType, codes: Codes): PackedColumn {
  const { starts } = column;
  const words = ArrayBuffer.isView(codes) ? column.words.slice() : column.words;
  const walk = new PackedWalk(words, codes);
  const done = new Uint8Array(words.length);
  for (let row = 0; row < lengthOf(column); row++) {
    const start = starts[row]!;
    if (start < 0 || done[start] === 1) continue;
    done[start] = 1;
    walk.run(type, start);
  }
  return { starts, words };
}

class PackedWalk {
  readonly #words: Float64Array;
  readonly #codes: Codes;
  readonly #writes: boolean;
  #place = 0;
  #end = 0;

  constructor(words: Float64Array, codes: Codes) {
    this.#words = words;
    this.#codes = codes;
    this.#writes = ArrayBuffer.isView(codes);
  }

  /** One value, from its header to its last word. */
  run(type: ValueType, start: number): void {
    const size = this.#words[start]!;
    this.#place = start + 1;
    this.#end = start + size;
    if (!(size >= 2 && this.#end <= this.#words.length)) throw new ForgedRows("a run has no end");
    this.#walk(type);
  }

  #walk(type: ValueType): void {
    const place = this.#place++;
    if (place >= this.#end) throw new ForgedRows("a nested value goes past its end");
    const word = this.#words[place]!;
    if (!isNested(type)) return this.#scalar(type, word, place);
    if (word === -1) return;
    if (!(word >= 0 && word <= this.#end - place)) throw new ForgedRows("a list has no length");
    if (type.kind === "vector") {
      this.#place += type.length;
      if (this.#place > this.#end) throw new ForgedRows("a vector goes past its end");
      return;
    }
    if (type.kind === "struct") {
      for (const field of type.fields) this.#walk(field.type);
      return;
    }
    for (let left = word; left > 0; left--) {
      if (type.kind === "map") this.#walk(type.key);
      this.#walk(type.kind === "map" ? type.value : type.element);
    }
  }

  #scalar({ kind }: ValueType, word: number, place: number): void {
    if (kind === "string" || kind === "enum") {
      if (word === -1) return;
      const code = translated(word, this.#codes);
      if (this.#writes) this.#words[place] = code;
    } else if (kind === "i64" && isBig(word)) {
      const value = translatedBig(word, this.#codes);
      if (this.#writes) this.#words[place] = value;
    }
  }
}
