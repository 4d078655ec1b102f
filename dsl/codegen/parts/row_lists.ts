/**
 * Values in order of position: first_k, last_k, collect. O(1) a row, O(its length) a list. Windows that drop rows
 * link them; others keep the values themselves.
 */
import type { AggregateCall } from "../../typed_ast.ts";
import { isNested } from "../../types.ts";
import type { ChainOrder } from "../chain.ts";
import { quoteNumber } from "../quote.ts";
import type { Family, Part, PartContext, PartText } from "./part.ts";

type Rows = NonNullable<PartContext["rows"]>;

const FORWARD: ChainOrder = { name: "first", beaten: () => "false" };
const BACKWARD: ChainOrder = { name: "all", beaten: () => "false", linksBack: true };

/** Reads `list`: at most `most` values from the oldest on, or up to the newest. */
function listPart(most: number, keepsNewest: boolean): Part {
  return {
    name: `${keepsNewest ? "last" : "first"}_k:${most}`,
    chain: keepsNewest ? BACKWARD : FORWARD,
    write: (context) =>
      context.rows
        ? linkedText(context, context.rows, { most, keepsNewest })
        : keptText(context, { most, keepsNewest }),
  };
}

interface ListShape {
  readonly most: number;
  readonly keepsNewest: boolean;
}

function linkedText(
  { manifest, lane }: PartContext,
  rows: Rows,
  { most, keepsNewest }: ListShape,
): PartText {
  const head = rows.head();
  const { next, previous, tail, reset } = head.chain;
  const limit = quoteNumber(most);
  const places = keepsNewest
    ? `env.placesBack(${head.head}[k], ${tail}[k], ${previous}, ${limit})`
    : `env.placesAlong(${head.head}[k], ${next}, ${limit})`;
  const type = lane?.operands[0]?.expression.type;
  const list = type && isNested(type)
    ? `env.packedListOfPlaces(heap, ${rows.pool()}, ${manifest.typeSlot(type)}, ${
      rows.values[0]
    }, ${places})`
    : `env.listOfPlaces(heap, ${rows.values[0]}, ${places})`;
  return {
    add: head.enter,
    remove: rows.leave(head),
    reset: `${head.head}[k] = -1; ${reset}`,
    reads: { list },
  };
}

function keptText({ state, manifest, lane }: PartContext, shape: ListShape): PartText {
  const options = `{ most: ${quoteNumber(shape.most)}, keepsNewest: ${shape.keepsNewest} }`;
  const type = lane?.operands[0]?.expression.type;
  const isPacked = type !== undefined && isNested(type);
  const lists = isPacked
    ? state.object("vl", `new env.PackedLists(${manifest.typeSlot(type)}, ${options})`)
    : state.object("vl", `new env.ValueLists(${options})`, shape.most === Infinity ? 8 : 0);
  return {
    add: isPacked ? `${lists}.add(k, x, xw);` : `${lists}.add(k, x);`,
    reset: `${lists}.clear(k);`,
    reads: { list: `${lists}.write(k, heap)` },
  };
}

function listOf({ name, most = Infinity }: AggregateCall): Part {
  return listPart(most, name === "last_k");
}

/** first_k, last_k and collect. */
export const ROW_LISTS: Family = {
  calls: ["first_k", "last_k", "collect"],
  exactOperandsOf: () => [],
  partsOf: (call) => [listOf(call)],
  value: (call, read) => read(listOf(call), "list"),
};
