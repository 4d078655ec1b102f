/**
 * Values of one chosen row: min, max, arg_min, arg_max, first, last. O(1) amortized a row: windows that drop rows
 * keep those rows in a chain that can still become the chosen one. Strings are ordered by their UTF-8 bytes.
 */
import type { AggregateCall } from "../../typed_ast.ts";
import { storageOf } from "../../types.ts";
import type { ChainOrder } from "../chain.ts";
import type { Family, Part, PartContext, PartText } from "./part.ts";

export type Direction = "min" | "max";

/** All rows, the earliest first. */
export const FIRST_ORDER: ChainOrder = { name: "first", beaten: () => "false" };

/** The earliest row: `x`. */
export const FIRST: Part = {
  name: "first",
  chain: FIRST_ORDER,
  write({ state, rows }) {
    if (rows) return headText(rows);
    const m = state.perSlot("m", "NaN");
    return {
      add: `if (${m}[k] !== ${m}[k]) ${m}[k] = x;`,
      reset: `${m}[k] = NaN;`,
      reads: { x: `${m}[k]` },
    };
  },
};

/** The latest row: `x`. */
export const LAST: Part = {
  name: "last",
  write({ state, rows }) {
    const m = state.perSlot("m", "NaN");
    if (!rows) return { add: `${m}[k] = x;`, reset: `${m}[k] = NaN;`, reads: { x: `${m}[k]` } };
    const stamp = state.perSlot("q", "-Infinity");
    const out = rows.leaves?.(`${stamp}[k]`);
    return {
      add: `${m}[k] = x; ${stamp}[k] = ${rows.stamp};`,
      ...(out === undefined ? {} : { remove: `if (${out}) ${stamp}[k] = -Infinity;` }),
      reset: `${stamp}[k] = -Infinity;`,
      reads: { x: `(${rows.isLive(`${stamp}[k]`)} ? ${m}[k] : NaN)` },
    };
  },
};

const EXTREMES_OF: Readonly<Record<Direction, Part>> = {
  min: extreme("min", false),
  max: extreme("max", false),
};
const TEXT_EXTREMES_OF: Readonly<Record<Direction, Part>> = {
  min: extreme("min", true),
  max: extreme("max", true),
};

/** Reads `x`, the smallest or largest. */
function extreme(direction: Direction, ofTexts: boolean): Part {
  const sign = direction === "min" ? "<=" : ">=";
  return {
    name: ofTexts ? `${direction}:text` : direction,
    chain: orderOf(direction, ofTexts),
    write({ state, manifest, rows }) {
      if (ofTexts) manifest.readTexts();
      if (rows) return headText(rows);
      const m = state.perSlot("m", "NaN");
      const keeps = ofTexts
        ? `${m}[k] === ${m}[k] && compareCodes(${m}[k], x) ${sign} 0`
        : `${m}[k] ${sign} x`;
      return {
        add: `if (!(${keeps})) ${m}[k] = x;`,
        reset: `${m}[k] = NaN;`,
        reads: { x: `${m}[k]` },
      };
    },
  };
}

function orderOf(direction: Direction, ofTexts: boolean): ChainOrder {
  const sign = direction === "min" ? ">=" : "<=";
  return {
    name: ofTexts ? `${direction}:text` : direction,
    beaten: ([x], position) =>
      ofTexts ? `compareCodes(${x}[${position}], x) ${sign} 0` : `${x}[${position}] ${sign} x`,
  };
}

export const ARGUMENTS_OF: Readonly<Record<Direction, readonly [Part, Part]>> = {
  min: [argument("min", false), argument("min", true)],
  max: [argument("max", false), argument("max", true)],
};

/** Rows that can still become the earliest one with the smallest or largest `y`. */
export function argumentOrder(direction: Direction, ofTexts: boolean): ChainOrder {
  const loses = direction === "min" ? ">" : "<";
  return {
    name: `arg_${direction}${ofTexts ? ":text" : ""}`,
    beaten: ([, y], position) =>
      ofTexts ? `compareCodes(${y}[${position}], y) ${loses} 0` : `${y}[${position}] ${loses} y`,
  };
}

/** Reads `x` of the earliest row with the smallest or largest `y`. */
function argument(direction: Direction, ofTexts: boolean): Part {
  const order = argumentOrder(direction, ofTexts);
  const keeps = direction === "min" ? "<=" : ">=";
  return {
    name: order.name,
    chain: order,
    write({ state, manifest, rows }: PartContext): PartText {
      if (ofTexts) manifest.readTexts();
      if (rows) return headText(rows);
      const m = state.perSlot("m", "NaN");
      const best = state.perSlot("h", "NaN");
      const test = ofTexts
        ? `${best}[k] === ${best}[k] && compareCodes(${best}[k], y) ${keeps} 0`
        : `${best}[k] ${keeps} y`;
      return {
        add: `if (!(${test})) { ${best}[k] = y; ${m}[k] = x; }`,
        reset: `${m}[k] = NaN; ${best}[k] = NaN;`,
        reads: { x: `${m}[k]` },
      };
    },
  };
}

/** The text of a chain's head: the first operand of the row it stands at, or null. */
function headText(rows: NonNullable<PartContext["rows"]>): PartText {
  const head = rows.head();
  const at = `${head.head}[k]`;
  return {
    add: head.enter,
    remove: rows.leave(head),
    reset: `${at} = -1; ${head.chain.reset}`,
    reads: { x: `(${at} >= 0 ? ${rows.values[0]}[${at}] : NaN)` },
  };
}

export function isText(operand: AggregateCall["operand"]): boolean {
  return operand !== undefined && storageOf(operand.type) === "symbol";
}

function extremeOf({ name, operand }: AggregateCall): Part {
  const direction = name === "min" ? "min" : "max";
  return isText(operand) ? TEXT_EXTREMES_OF[direction] : EXTREMES_OF[direction];
}

/** min and max. */
export const EXTREMES: Family = {
  calls: ["min", "max"],
  partsOf: (call) => [extremeOf(call)],
  value: (call, read) => read(extremeOf(call), "x"),
};

/** delta: last - first. */
export const DELTAS: Family = {
  calls: ["delta"],
  partsOf: () => [FIRST, LAST],
  value({ type }, read) {
    const first = read(FIRST, "x");
    const difference = `${read(LAST, "x")} - ${first}`;
    return type.kind === "i64"
      ? `(${first} === ${first} ? exact(${difference}) : NaN)`
      : `(${difference})`;
  },
};
