/** Runs a closed-window feature over a slice; its rows are those of the windows that close in it. */
import type { Operation } from "../../../dsl/mod.ts";
import { storageOf, type ValueType } from "../../../dsl/types.ts";
import { type ColumnData, createColumn, type FlatColumn } from "../column.ts";
import type { KeyKind } from "../key_kinds.ts";
import type { KernelSnapshot, TumblingKernel } from "../link.ts";
import { withWords } from "../packed_places.ts";
import { gather, NO_NUMBERS } from "../stream_data.ts";
import { guarded } from "./kernel.ts";
import { type Operator, type OperatorContext, streamOf } from "./operation.ts";
import { askRows, splitAnswers } from "./queries.ts";
import { readColumns } from "./reads.ts";
import { reportFailures } from "./report_failures.ts";

export function createTumblingOperator(
  operation: Extract<Operation, { kind: "tumbling" }>,
  context: OperatorContext,
  kinds: readonly KeyKind[],
): Operator {
  const { order } = context.tableOf(kinds);
  const kernel = context.kernel<TumblingKernel>(operation.kernel, order);
  const { text, linked, feature } = kernel;
  return {
    run(slice) {
      const input = streamOf(slice, operation.input);
      const { slots, table } = slice.slotsOf(operation.input, operation.keys, true);
      linked.reserve(table.size);
      const { queries, sequence } = askRows(operation, slice, context);
      const answers = text.outputs.map(({ type }) => createColumn(type, queries.length));
      const closed = guarded(feature, input, queries, () =>
        linked.process(
          input.length,
          input.time,
          sequence,
          slots,
          readColumns(slice, operation.reads),
          slice.untilUs,
          queries.length,
          queries.time,
          queries.sequence,
          queries.slots,
          answers,
        ));
      reportFailures(kernel, slice, { input, queries });
      const rows = text.outputs.slice(0, operation.outputs)
        .map(({ type }, j) => closedColumn(type, closed.columns[j]!));
      const [columns, answered] = withWords([rows, answers], () => linked.words());
      splitAnswers(operation.queries, queries, answered, slice);
      if (operation.output === undefined) return;
      slice.streams[operation.output] = {
        length: closed.time.length,
        time: closed.time,
        sequence: new Float64Array(closed.time.length).fill(-Infinity),
        columns: [
          ...table.keys.map((key) => gather(key, closed.slot)),
          ...columns,
        ],
      };
    },
    snapshot: () => linked.snapshot(),
    restore: (from) => linked.restore(from as KernelSnapshot),
  };
}

/** A column as the kernel hands it out; a packed one still lacks its words. */
function closedColumn(type: ValueType, column: FlatColumn): ColumnData {
  if (storageOf(type) !== "packed") return column;
  return { starts: column as Int32Array<ArrayBuffer>, words: NO_NUMBERS };
}
