/** Packed columns, made row by row and word by word. */
import type { PackedColumn } from "./column_data.ts";

/** Values are written between `begin` and `end`; what `cancel` ends has left nothing. */
export class PackedBuilder {
  #starts: Int32Array<ArrayBuffer>;
  #words: Float64Array<ArrayBuffer> = new Float64Array(256);
  #used = 0;
  #begun = 0;

  /** All rows are null at first. */
  constructor(rows: number) {
    this.#starts = new Int32Array(rows).fill(-1);
  }

  begin(): void {
    this.#begun = this.#used;
    this.push(0);
  }

  push(word: number): void {
    if (this.#used === this.#words.length) this.#grow(this.#used + 1);
    this.#words[this.#used++] = word;
  }

  /** Makes what was pushed since `begin` the value of a row. */
  end(row: number): void {
    this.#words[this.#begun] = this.#used - this.#begun;
    this.#starts[row] = this.#begun;
  }

  cancel(row: number): void {
    this.#used = this.#begun;
    this.#starts[row] = -1;
  }

  /** Makes a row null that has no value yet, or another one. */
  clear(row: number): void {
    this.#starts[row] = -1;
  }

  /** The first rows as a column in buffers of its own. */
  finish(rows: number): PackedColumn {
    const words = this.#words.slice(0, this.#used);
    return {
      starts: rows === this.#starts.length ? this.#starts : this.#starts.slice(0, rows),
      words,
    };
  }

  #grow(least: number): void {
    const grown = new Float64Array(Math.max(least, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
  }
}
