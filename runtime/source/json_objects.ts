/** JSON objects that are in memory already, as rows. */
import { type FileBlock, type ReadColumn, Rejects, type SymbolTable } from "../arrow/mod.ts";
import { createJsonCell, type JsonCell } from "./json_cells.ts";

/** Makes one batch of objects; a text in place of an object says why there is none. */
export class ObjectRows {
  readonly #cells: readonly JsonCell[];

  constructor(columns: readonly ReadColumn[], symbols: SymbolTable) {
    this.#cells = columns.map((column) => createJsonCell(column, symbols));
  }

  /** A column that an object lacks is null there. */
  read(objects: readonly (object | string)[]): FileBlock {
    const length = objects.length;
    const rejects = new Rejects();
    for (const cell of this.#cells) cell.begin(length);
    for (let row = 0; row < length; row++) {
      const object = objects[row]!;
      const isObject = typeof object === "object";
      if (!isObject) rejects.addRow(row, object);
      for (const cell of this.#cells) {
        if (isObject) cell.read(object, row, rejects);
        else cell.clear(row);
      }
    }
    const columns = this.#cells.map((cell) => cell.finish(length));
    return { batch: { length, columns }, rejected: rejects.rows() };
  }
}
