/**
 * Packed values of one chosen row: first, last, arg_min, arg_max of lists, structs, maps and vectors. O(1) amortized
 * a row and the value's words where it is kept or read. Windows that drop rows find the row by its place in a chain;
 * others keep a copy.
 */
import type { ChainOrder } from "../chain.ts";
import { argumentOrder, type Direction, FIRST_ORDER } from "./extremes.ts";
import type { Part, PartContext, PartText } from "./part.ts";

type Rows = NonNullable<PartContext["rows"]>;

/** The earliest row: `x`. */
export const PACKED_FIRST: Part = {
  name: "first:packed",
  chain: FIRST_ORDER,
  write(context) {
    if (context.rows) return chosenText(context.rows, "head");
    const { cells, put, ...text } = cellText(context);
    return { add: `if (${cells}.at(k) === 0) ${put}`, ...text };
  },
};

/** The latest row: `x`. */
export const PACKED_LAST: Part = {
  name: "last:packed",
  chain: FIRST_ORDER,
  write(context) {
    if (context.rows) return chosenText(context.rows, "tail");
    const { put, ...text } = cellText(context);
    return { add: put, ...text };
  },
};

export const PACKED_ARGUMENTS: Readonly<Record<Direction, readonly [Part, Part]>> = {
  min: [argument("min", false), argument("min", true)],
  max: [argument("max", false), argument("max", true)],
};

/** Reads `x` of the earliest row with the smallest or largest `y`. */
function argument(direction: Direction, ofTexts: boolean): Part {
  const order: ChainOrder = argumentOrder(direction, ofTexts);
  return {
    name: `${order.name}:packed`,
    chain: order,
    write(context) {
      const { state, manifest, rows } = context;
      if (ofTexts) manifest.readTexts();
      if (rows) return chosenText(rows, "head");
      const { put, reset, reads } = cellText(context);
      const best = state.perSlot("h", "NaN");
      const sign = direction === "min" ? "<=" : ">=";
      const keeps = ofTexts
        ? `${best}[k] === ${best}[k] && compareCodes(${best}[k], y) ${sign} 0`
        : `${best}[k] ${sign} y`;
      return {
        add: `if (!(${keeps})) { ${best}[k] = y; ${put} }`,
        reset: `${reset} ${best}[k] = NaN;`,
        reads,
      };
    },
  };
}

/** The value of the chain's first or newest row. */
function chosenText(rows: Rows, end: "head" | "tail"): PartText {
  const head = rows.head();
  const place = `${end === "head" ? head.head : head.chain.tail}[k]`;
  const value = `${rows.pool()}.copyTo(heap, ${rows.values[0]}[${place}])`;
  return {
    add: head.enter,
    remove: rows.leave(head),
    reset: `${head.head}[k] = -1; ${head.chain.reset}`,
    reads: { x: `(${head.head}[k] >= 0 ? ${value} : 0)` },
  };
}

/** A copy per slot. */
function cellText(
  { state, manifest, lane }: PartContext,
): Pick<PartText, "reset" | "reads"> & { readonly cells: string; readonly put: string } {
  const type = lane?.operands[0]?.expression.type;
  if (!type) throw new RangeError("Cannot keep a packed value: the lane has no operand");
  const slot = manifest.typeSlot(type);
  const cells = state.object("pc", "new env.PackedSlots()");
  return {
    cells,
    put: `storePacked(${cells}, k, ${slot}, x, xw);`,
    reset: `${cells}.clear(k);`,
    reads: { x: `(keepPart(${slot}, ${cells}.at(k), ${cells}.words) + 1)` },
  };
}
