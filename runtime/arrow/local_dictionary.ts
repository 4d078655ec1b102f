/** The strings of one column, numbered in order of appearance in that column. */
import { NULL_SYMBOL, type SymbolTable } from "./symbols.ts";

/** Grows as rows are written; the run's symbol table keeps the texts. */
export class LocalDictionary {
  readonly #symbols: SymbolTable;
  /** One more than the local code of a symbol; 0 for one that did not appear. */
  #localOf = new Int32Array(1024);
  readonly #codes: number[] = [];

  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  get size(): number {
    return this.#codes.length;
  }

  /** Symbol codes to local codes; null becomes 0. */
  translate(codes: Int32Array, out: Int32Array): void {
    if (this.#localOf.length < this.#symbols.size) this.#grow();
    const localOf = this.#localOf;
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!;
      if (code === NULL_SYMBOL) {
        out[i] = 0;
        continue;
      }
      let local = localOf[code]!;
      if (local === 0) {
        local = this.#codes.push(code);
        localOf[code] = local;
      }
      out[i] = local - 1;
    }
  }

  /** The texts in order, as Arrow holds them: offsets and UTF-8 bytes. */
  utf8(): { readonly offsets: Int32Array; readonly bytes: Uint8Array } {
    const codes = this.#codes;
    const symbols = this.#symbols;
    const offsets = new Int32Array(codes.length + 1);
    let length = 0;
    for (let i = 0; i < codes.length; i++) {
      length += symbols.utf8Length(codes[i]!);
      offsets[i + 1] = length;
    }
    const bytes = new Uint8Array(length);
    for (let i = 0; i < codes.length; i++) symbols.copyUtf8(codes[i]!, bytes, offsets[i]!);
    return { offsets, bytes };
  }

  /** Starts anew, as for the next batch. */
  clear(): void {
    for (const code of this.#codes) this.#localOf[code] = 0;
    this.#codes.length = 0;
  }

  #grow(): void {
    const grown = new Int32Array(Math.max(this.#localOf.length * 2, this.#symbols.size));
    grown.set(this.#localOf);
    this.#localOf = grown;
  }
}
