/** Calls that give an operand of one row, scalar or packed: first, last, arg_min, arg_max. */
import type { AggregateCall } from "../../typed_ast.ts";
import { isNested } from "../../types.ts";
import { ARGUMENTS_OF, FIRST, isText, LAST } from "./extremes.ts";
import { PACKED_ARGUMENTS, PACKED_FIRST, PACKED_LAST } from "./packed_rows.ts";
import type { Family, Part } from "./part.ts";

function isPacked({ operand }: AggregateCall): boolean {
  return operand !== undefined && isNested(operand.type);
}

function argumentOf(call: AggregateCall): Part {
  const parts = isPacked(call) ? PACKED_ARGUMENTS : ARGUMENTS_OF;
  return parts[call.name === "arg_min" ? "min" : "max"][isText(call.second) ? 1 : 0];
}

/** arg_min and arg_max: the earliest row wins ties. */
export const ARGUMENTS: Family = {
  calls: ["arg_min", "arg_max"],
  partsOf: (call) => [argumentOf(call)],
  exactOperandsOf: ({ second }) => second ? [second] : [],
  value: (call, read) => read(argumentOf(call), "x"),
};

function endOf(call: AggregateCall): Part {
  const [first, last] = isPacked(call) ? [PACKED_FIRST, PACKED_LAST] : [FIRST, LAST];
  return call.name === "first" ? first : last;
}

/** first and last. */
export const ENDS: Family = {
  calls: ["first", "last"],
  exactOperandsOf: () => [],
  partsOf: (call) => [endOf(call)],
  value: (call, read) => read(endOf(call), "x"),
};
