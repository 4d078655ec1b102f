/** Operations that change which rows or columns a stream has, and compute nothing. */
import type { Operation } from "../../../dsl/mod.ts";
import { asFlat } from "../column.ts";
import { firstAtLeast, gatherRows, sliceRows } from "../stream_data.ts";
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

/** Only the rows whose columns equal the pinned constants. */
export function createFilterOperator(
  { input, output, pins }: Extract<Operation, { kind: "filter" }>,
  context: OperatorContext,
): Operator {
  const wanted = pins.map(({ column, value }) => ({ column, value: context.codeOf(value) }));
  return {
    run(slice) {
      const data = streamOf(slice, input);
      const tests = wanted.map(({ column, value }) => ({
        column: asFlat(data.columns[column]!),
        value,
      }));
      const rows = new Int32Array(data.length);
      let count = 0;
      for (let i = 0; i < data.length; i++) {
        if (tests.every(({ column, value }) => column[i] === value)) {
          rows[count++] = i;
        }
      }
      slice.streams[output] = gatherRows(data, rows, count);
    },
  };
}
