/** Counts and sums: O(1) a row. */
import type { Expression } from "../../typed_ast.ts";
import { isNested } from "../../types.ts";
import { quoteNumber } from "../quote.ts";
import type { Family, Part } from "./part.ts";

/** How many rows: `n`. */
export const COUNT: Part = {
  name: "n",
  write({ state }) {
    const n = state.perSlot("n", "0", "Int32Array");
    return {
      add: `${n}[k]++;`,
      remove: `${n}[k]--;`,
      reset: `${n}[k] = 0;`,
      reads: { n: `${n}[k]` },
    };
  },
};

/** Knuth's two-sum: what each addition rounds away is kept in a second word. Reads `total`. */
export const SUM: Part = {
  name: "sum",
  requires: [COUNT],
  write({ state }) {
    const s = state.perSlot("s", "0");
    const c = state.perSlot("c", "0");
    const step = (x: string) =>
      `{ const s = ${s}[k], y = ${x}, u = s + y, z = u - s; ${c}[k] += (s - (u - z)) + (y - z); ${s}[k] = u; }`;
    return {
      add: step("x"),
      remove: step("-x"),
      reset: `${s}[k] = 0; ${c}[k] = 0;`,
      rounds: true,
      reads: { total: `(${s}[k] + ${c}[k])` },
    };
  },
};

/** count and rate. */
export const COUNTS: Family = {
  calls: ["count", "rate"],
  operandsOf: ({ operand }) =>
    operand ? [isNested(operand.type) ? presence(operand) : operand] : [],
  exactOperandsOf: () => [],
  partsOf: () => [COUNT],
  value({ name, window }, read) {
    const n = read(COUNT, "n");
    if (name === "count") return n;
    if (window.kind !== "sliding" && window.kind !== "tumbling" && window.kind !== "hopping") {
      throw new RangeError(`Cannot write a rate: a "${window.kind}" window has no length`);
    }
    return `(${n} / ${quoteNumber(window.widthUs / 1_000_000)})`;
  },
};

/** True where the packed value is not null, else null: no row needs to be kept to be counted. */
function presence(operand: Expression): Expression {
  const type = { kind: "bool" } as const;
  return {
    kind: "if",
    type,
    condition: { kind: "call", type, name: "is_null", arguments: [operand] },
    then: { kind: "literal", type, value: null },
    otherwise: { kind: "literal", type, value: true },
  };
}

/** sum, avg, and any and all, which are sums of 0 and 1. */
export const SUMS: Family = {
  calls: ["sum", "avg", "any", "all"],
  partsOf: () => [COUNT, SUM],
  value(call, read) {
    const [n, total] = [read(COUNT, "n"), read(SUM, "total")];
    switch (call.name) {
      case "sum":
        return call.type.kind === "i64"
          ? `(${n} > 0 ? exact(${total}) : 0)`
          : `(${n} > 0 ? ${total} : 0)`;
      case "any":
        return `(${n} > 0 ? (${total} > 0 ? 1 : 0) : NaN)`;
      case "all":
        return `(${n} > 0 ? (${total} === ${n} ? 1 : 0) : NaN)`;
      default:
        return `(${n} > 0 ? ${total} / ${n} : NaN)`;
    }
  },
};
