/** Runs a closed-window feature over a slice; its rows are those of the windows that close in it. */
import type { Operation } from "../../../dsl/mod.ts";
import { createColumn } from "../column.ts";
import type { TumblingKernel } from "../link.ts";
import { gather } from "../stream_data.ts";
import { guarded } from "./kernel.ts";
import { type Operator, type OperatorContext, streamOf } from "./operation.ts";
import { mergeQueries, splitAnswers } from "./queries.ts";
import { readColumns } from "./reads.ts";

export function createTumblingOperator(
  operation: Extract<Operation, { kind: "tumbling" }>,
  context: OperatorContext,
  isSymbol: readonly boolean[],
): Operator {
  const { order } = context.tableOf(isSymbol);
  const { text, linked, feature } = context.kernel<TumblingKernel>(operation.kernel, order);
  return {
    run(slice) {
      const input = streamOf(slice, operation.input);
      const { slots, table } = slice.slotsOf(operation.input, operation.keys, true);
      linked.reserve(table.size);
      const queries = mergeQueries(operation.queries, slice);
      const answers = text.outputs.map(({ type }) => createColumn(type, queries.length));
      const closed = guarded(feature, input, queries, () =>
        linked.process(
          input.length,
          input.time,
          input.sequence,
          slots,
          readColumns(slice, operation.reads),
          slice.untilUs,
          queries.length,
          queries.time,
          queries.sequence,
          queries.slots,
          answers,
        ));
      splitAnswers(operation.queries, queries, answers, slice);
      if (operation.output === undefined) return;
      slice.streams[operation.output] = {
        length: closed.time.length,
        time: closed.time,
        sequence: new Float64Array(closed.time.length).fill(-Infinity),
        columns: [
          ...table.keys.map((key) => gather(key, closed.slot)),
          ...closed.columns.slice(0, operation.outputs),
        ],
      };
    },
  };
}
