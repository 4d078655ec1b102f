/** `prev` and `lag`: per key, the last n values of an expression over the input rows. */
import type { Expression } from "../typed_ast.ts";
import { storageOf } from "../types.ts";
import { type ExpressionWriter, keyOf } from "./expression.ts";
import { quoteNumber } from "./quote.ts";
import type { StateWriter } from "./state.ts";

type Lag = Extract<Expression, { kind: "lag" }>;

/** The rings of a kernel: read while a row is computed, written at its end. */
export class LagRings {
  readonly #state: StateWriter;
  readonly #rings = new Map<string, { ring: string; count: string | undefined }>();

  constructor(state: StateWriter) {
    this.#state = state;
  }

  read(lag: Lag): string {
    const { ring, count } = this.#ringOf(lag);
    return `${ring}[${place(lag, count)}]`;
  }

  push(lags: readonly Lag[], row: ExpressionWriter): string {
    const values = lags.map((lag) => {
      row.value(lag);
      return row.emitted(lag.operand);
    });
    const writes = lags.map((lag, index) => {
      const { ring, count } = this.#ringOf(lag);
      const next = count === undefined ? "" : `${count}[k]++;`;
      return `${ring}[${place(lag, count)}] = ${values[index]}; ${next}`;
    });
    return [row.take(), ...writes].join("\n");
  }

  #ringOf(lag: Lag): { ring: string; count: string | undefined } {
    const key = keyOf(lag);
    const known = this.#rings.get(key);
    if (known) return known;
    const symbol = storageOf(lag.type) === "symbol";
    const ring = this.#state.perSlot(
      "r",
      symbol ? "-1" : "NaN",
      symbol ? "Int32Array" : "Float64Array",
      lag.rows,
    );
    const made = { ring, count: lag.rows > 1 ? this.#state.perSlot("u", "0") : undefined };
    this.#rings.set(key, made);
    return made;
  }
}

function place({ rows }: Lag, count: string | undefined): string {
  return count === undefined
    ? "k"
    : `k * ${quoteNumber(rows)} + ${count}[k] % ${quoteNumber(rows)}`;
}
