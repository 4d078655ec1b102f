/** `prev` and `lag`: per key, the last n values of an expression over the input rows. */
import type { Expression } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { type Cell, createCell, readCell, writeCell } from "./cells.ts";
import { type ExpressionWriter, keyOf, type PackedLeaf } from "./expression.ts";
import { quoteNumber } from "./quote.ts";
import type { StateWriter } from "./state.ts";

type Lag = Extract<Expression, { kind: "lag" }>;

interface Ring {
  readonly lag: Lag;
  readonly cell: Cell;
  readonly count: string | undefined;
}

/** The rings of a kernel: read while a row is computed, written at its end. */
export class LagRings {
  readonly #state: StateWriter;
  readonly #rings = new Map<string, Ring>();

  constructor(state: StateWriter) {
    this.#state = state;
  }

  read(lag: Lag): string | PackedLeaf {
    const ring = this.#ringOf(lag);
    return readCell(ring.cell, placeOf(ring));
  }

  /** `lags` has inner ones before those around them, whose packed values may stand in the inner ones' cells. */
  push(lags: readonly Lag[], row: ExpressionWriter): string {
    const writes = lags.map((lag) => {
      row.value(lag);
      const ring = this.#ringOf(lag);
      const next = ring.count === undefined ? "" : ` ${ring.count}[k]++;`;
      return writeCell(ring.cell, placeOf(ring), { row, expression: lag.operand }) + next;
    });
    return [row.take(), ...writes.reverse()].join("\n");
  }

  /** All rings of slot `k` are empty again. */
  forget(): string {
    return [...this.#rings.values()].map(({ lag, cell, count }) => {
      const n = quoteNumber(lag.rows);
      const clear = storageOf(cell.type) === "packed"
        ? `for (let j = 0; j < ${n}; j++) ${cell.name}.clear(k * ${n} + j);`
        : `${cell.name}.fill(${
          storageOf(cell.type) === "symbol" ? -1 : NaN
        }, k * ${n}, (k + 1) * ${n});`;
      return count === undefined ? clear : `${clear} ${count}[k] = 0;`;
    }).join(" ");
  }

  #ringOf(lag: Lag): Ring {
    const key = keyOf(lag);
    const known = this.#rings.get(key);
    if (known) return known;
    const made = {
      lag,
      cell: createCell(this.#state, lag.type, { prefix: "r", perSlot: lag.rows }),
      count: lag.rows > 1 ? this.#state.perSlot("u", "0") : undefined,
    };
    this.#rings.set(key, made);
    return made;
  }
}

function placeOf({ lag: { rows }, count }: Ring): string {
  const n = quoteNumber(rows);
  return count === undefined ? "k" : `k * ${n} + ${count}[k] % ${n}`;
}
