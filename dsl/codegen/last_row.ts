/** Each key's last emitted row, which queries read where values change only with rows. */
import { storageOf } from "../types.ts";
import { type Cell, clearCell, createCell, readCell, writeCell } from "./cells.ts";
import type { ExpressionWriter } from "./expression.ts";
import { nullAnswers } from "./kernel.ts";
import type { ManifestBuilder } from "./manifest.ts";
import { columnLeaf, type Output } from "./output_text.ts";
import type { StateWriter } from "./state.ts";

export class LastRow {
  readonly #outputs: readonly Output[];
  readonly #cells: readonly Cell[];

  constructor(outputs: readonly Output[], state: StateWriter) {
    this.#outputs = outputs;
    this.#cells = outputs.map(({ type }) => createCell(state, type, { prefix: "z" }));
  }

  /** Keeps the row that `row` computes, of slot `k`. */
  store(row: ExpressionWriter): string {
    return this.#cells.map((cell, j) =>
      writeCell(cell, "k", { row, expression: this.#outputs[j]!.expression })
    ).join("\n");
  }

  /** What column `j` gets of the row just kept: scalars come from the cell, which the row was put into. */
  value(j: number, row: ExpressionWriter): string {
    const cell = this.#cells[j]!;
    const at = readCell(cell, "k");
    return storageOf(cell.type) === "packed" || typeof at !== "string"
      ? row.kept(this.#outputs[j]!.expression)
      : at;
  }

  /** Answers of slot `k`; all null where it is none, or `isOver`. */
  answer(manifest: ManifestBuilder, isOver: string): string {
    const reads = this.#cells.map((cell, j) =>
      `a${j}[qi] = ${columnLeaf(readCell(cell, "k"), cell.type, manifest)};`
    ).join(" ");
    const none = isOver === "false" ? "k < 0" : `k < 0 || ${isOver}`;
    return `if (${none}) { ${nullAnswers(this.#outputs)} } else { ${reads} }`;
  }

  forget(): string {
    return this.#cells.map((cell) => clearCell(cell, "k")).join(" ");
  }
}
