/** What both sides of a comparison hand over, and how it is taken: touched, never kept, while the clock runs. */
import type { FlatColumn } from "../../runtime/arrow/mod.ts";

/** Takes the columns of some result rows. */
export type TakeOutput = (columns: readonly FlatColumn[]) => void;

/** Reads one value of every page of every column, so that no result stays unwritten memory. */
export class TouchedOutput {
  rows = 0;
  checksum = 0;

  readonly take: TakeOutput = (columns) => {
    this.rows += columns[0]!.length;
    for (const column of columns) {
      for (let i = 0; i < column.length; i += 512) {
        const value = column[i]!;
        if (value === value) this.checksum += value;
      }
    }
  };
}

/** All rows in one array per column. */
export class KeptOutput {
  readonly #parts: (readonly FlatColumn[])[] = [];

  readonly take: TakeOutput = (columns) => {
    this.#parts.push(columns);
  };

  columns(): Float64Array[] {
    const width = this.#parts[0]?.length ?? 0;
    const rows = this.#parts.reduce((sum, part) => sum + part[0]!.length, 0);
    return Array.from({ length: width }, (_, place) => {
      const all = new Float64Array(rows);
      let at = 0;
      for (const part of this.#parts) {
        all.set(part[place]!, at);
        at += part[place]!.length;
      }
      return all;
    });
  }
}
