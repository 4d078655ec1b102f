/** Values of each key's last row, which queries read. */
import type { AggregateCall, Expression } from "../typed_ast.ts";
import { type Cell, clearCell, createCell, readCell, writeCell } from "./cells.ts";
import { type ExpressionWriter, keyOf, type PackedLeaf } from "./expression.ts";
import type { StateWriter } from "./state.ts";

export class Frozen {
  readonly #state: StateWriter;
  readonly #leaves = new Map<string, { cell: Cell; expression: Expression }>();
  #time: string | undefined;
  #sequence: string | undefined;

  constructor(state: StateWriter) {
    this.#state = state;
  }

  read(expression: Expression): string | PackedLeaf {
    return readCell(this.#cell(expression), "k");
  }

  /**
   * What a call is worth at a query. `excluding current` leaves out the key's last row exactly if the query
   * stands at its position; the value was then computed at the row.
   */
  aggregate(call: AggregateCall, live: string): string | PackedLeaf {
    if (!call.excludesCurrent) return live;
    this.#sequence ??= this.#state.perSlot("zs", "NaN");
    const stands = `(${this.time()}[k] === t && ${this.#sequence}[k] === QS[qi])`;
    const at = readCell(this.#cell(call), "k");
    if (typeof at === "string") return `(${stands} ? ${at} : ${live})`;
    return {
      text: `(${stands} ? ${at.text} : ${live})`,
      words: `(${stands} ? ${at.words} : heap.words)`,
      whole: false,
    };
  }

  time(): string {
    return this.#time ??= this.#state.perSlot("zt", "-Infinity");
  }

  /** Statements that keep what was asked for, at the end of a row. */
  store(row: ExpressionWriter): string {
    const lines = [...this.#leaves.values()].map(({ cell, expression }) =>
      writeCell(cell, "k", { row, expression })
    );
    if (this.#time !== undefined) lines.push(`${this.#time}[k] = t;`);
    if (this.#sequence !== undefined) lines.push(`${this.#sequence}[k] = S[i];`);
    return lines.join("\n");
  }

  forget(): string {
    const lines = [...this.#leaves.values()].map(({ cell }) => clearCell(cell, "k"));
    if (this.#time !== undefined) lines.push(`${this.#time}[k] = -Infinity;`);
    return lines.join(" ");
  }

  #cell(expression: Expression): Cell {
    const key = keyOf(expression);
    const known = this.#leaves.get(key);
    if (known) return known.cell;
    const cell = createCell(this.#state, expression.type, { prefix: "z" });
    this.#leaves.set(key, { cell, expression });
    return cell;
  }
}
