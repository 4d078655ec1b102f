/** Runs a map over rows or over answers: new columns from the columns of the same row. */
import type { Operation } from "../../../dsl/mod.ts";
import { asFlat, clearRow, type ColumnData, createColumn, type FlatColumn } from "../column.ts";
import type { MapKernel } from "../link.ts";
import { withWords } from "../packed_places.ts";
import { guarded } from "./kernel.ts";
import { type Operator, type OperatorContext, streamOf } from "./operation.ts";
import { readColumns } from "./reads.ts";
import { reportFailures } from "./report_failures.ts";

export function createMapOperator(
  operation: Extract<Operation, { kind: "map" }>,
  context: OperatorContext,
): Operator {
  const kernel = context.kernel<MapKernel>(operation.kernel);
  const { text, linked, feature } = kernel;
  return {
    run(slice) {
      const input = streamOf(slice, operation.input);
      const columns = text.outputs.map(({ type }) => createColumn(type, input.length));
      const reads = readColumns(slice, operation.reads);
      guarded(
        feature,
        input,
        undefined,
        () => linked.process(input.length, input.time, reads, columns),
      );
      reportFailures(kernel, slice, { input });
      const [outputs] = withWords([columns], () => linked.words());
      for (const key of readColumns(slice, operation.keys)) clearNulls(asFlat(key), outputs);
      const { length, time, sequence } = input;
      const carried = operation.carries.map((place) => input.columns[place]!);
      const trailing = operation.trails.map((place) => input.columns[place]!);
      slice.streams[operation.output] = {
        length,
        time,
        sequence,
        columns: [...carried, ...outputs, ...trailing],
      };
    },
  };
}

/** A null key matches nothing: such rows have null in every column. */
function clearNulls(key: FlatColumn, outputs: readonly ColumnData[]): void {
  for (let i = 0; i < key.length; i++) {
    const value = key[i]!;
    if (key instanceof Int32Array ? value >= 0 : value === value) continue;
    for (const output of outputs) clearRow(output, i);
  }
}
