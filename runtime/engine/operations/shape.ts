/** Operations that change which rows or columns a stream has, and compute nothing. */
import type { Operation } from "../../../dsl/mod.ts";
import { firstAtLeast, sliceRows } from "../stream_data.ts";
import { type Operator, type OperatorContext, streamOf } from "./operation.ts";

/** The stream with constant columns appended. */
export function createConstantOperator(
  operation: Extract<Operation, { kind: "constant" }>,
  context: OperatorContext,
): Operator {
  return {
    run(slice) {
      const input = streamOf(slice, operation.input);
      const constants = operation.values.map((value) =>
        typeof value === "number"
          ? new Float64Array(input.length).fill(value)
          : new Int32Array(input.length).fill(context.codeOf(value))
      );
      slice.streams[operation.output] = { ...input, columns: [...input.columns, ...constants] };
    },
  };
}

/** Only the rows of a time range. */
export function createRangeOperator(
  { input, output, fromUs, untilUs }: Extract<Operation, { kind: "range" }>,
): Operator {
  return {
    run(slice) {
      const data = streamOf(slice, input);
      const from = firstAtLeast(data.time, data.length, fromUs);
      const to = firstAtLeast(data.time, data.length, untilUs);
      slice.streams[output] = sliceRows(data, from, to);
    },
  };
}
