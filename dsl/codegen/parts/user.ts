/** Aggregates of the user's: states by slot, in the user's own code. */
import type { AggregateCall } from "../../typed_ast.ts";
import { isNested } from "../../types.ts";
import { keyOf } from "../expression.ts";
import type { Family, Part } from "./part.ts";

/** Rows leave one by one, or with suffixes: the class knows which methods there are. */
function userPart(call: AggregateCall): Part {
  const { hole, type, arguments: operands = [] } = call;
  if (!hole) throw new RangeError("Cannot write an aggregate of the user's: it has no hole");
  return {
    name: `user:${keyOf(call)}`,
    write({ state, manifest, rows }) {
      manifest.readTexts();
      const types = operands.map((operand) => manifest.typeSlot(operand.type)).join(", ");
      const aggregate = manifest.aggregateSlot(hole.hole, hole.name);
      const options = [
        `aggregate: ${aggregate}`,
        `name: env.aggregateNames[${aggregate.slice(1)}]`,
        `arguments: [${types}]`,
        `type: ${manifest.typeSlot(type)}`,
        `drops: ${rows !== undefined}`,
        "foreign: env.foreign",
      ].join(", ");
      const name = state.object("us", `new env.UserStates({ ${options} })`, 64);
      const values = operands.map(({ type }, j) => {
        const operand = ["x", "y"][j] ?? `x${j}`;
        return isNested(type)
          ? `, unpack(${manifest.typeSlot(type)}, ${operand}w, ${operand}, texts)`
          : `, ${operand}`;
      }).join("");
      return {
        add: `${name}.add(k${values});`,
        remove: `${name}.remove(k${values});`,
        reset: `${name}.clear(k);`,
        passes: [`${name}.clear(k);`, `${name}.replay(k${values});`],
        backward: `${name}.prepend(k${values});`,
        reads: { value: `${name}.value(k)` },
      };
    },
  };
}

/** `${aggregate}(x, …) as T`. */
export const USER_AGGREGATES: Family = {
  calls: ["user"],
  exactOperandsOf: () => [],
  operandsOf: (call) => call.arguments ?? [],
  partsOf: (call) => [userPart(call)],
  value: (call, read) => read(userPart(call), "value"),
};
