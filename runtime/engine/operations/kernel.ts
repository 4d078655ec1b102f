/** Runs a feature's kernel over a slice: rows in, rows out, queries answered in between. */
import type { Operation } from "../../../dsl/mod.ts";
import { type ColumnData, createColumn, sliceColumn } from "../column.ts";
import { LocatedError } from "../row_error.ts";
import type { KernelSnapshot, RowKernel } from "../link.ts";
import { withWords } from "../packed_places.ts";
import { gather, type StreamData } from "../stream_data.ts";
import { describeRow, FeatureError } from "./feature_error.ts";
import { type Operator, type OperatorContext, type Slice, streamOf } from "./operation.ts";
import { askRows, hasQueries, type MergedQueries, splitAnswers } from "./queries.ts";
import { readColumns } from "./reads.ts";
import { reportFailures } from "./report_failures.ts";
import { createSpill } from "./spill.ts";

const NO_SLOTS = new Int32Array(0);

export function createKernelOperator(
  operation: Extract<Operation, { kind: "kernel" }>,
  context: OperatorContext,
): Operator {
  const { text, linked, feature, failures } = context.kernel<RowKernel>(operation.kernel);
  const types = text.outputs.map(({ type }) => type);
  const spill = createSpill(operation, { text, linked, context });
  const isIdle = (slice: Slice) =>
    streamOf(slice, operation.input).length === 0 && !hasQueries(operation.queries, slice);
  return {
    isIdle,
    run(slice) {
      const input = streamOf(slice, operation.input);
      const { slots, table } = slice.slotsOf(operation.input, operation.keys, true);
      linked.reserve(table.size);
      if (!slice.aside || !isIdle(slice)) spill?.bringBack(slice);
      const { queries, sequence } = askRows(operation, slice, context);
      const answers = types.map((type) => createColumn(type, queries.length));
      const makesRows = operation.output !== undefined;
      const outputs = makesRows ? types.map((type) => createColumn(type, input.length)) : [];
      const selected = makesRows && text.selects ? new Int32Array(input.length) : NO_SLOTS;
      const count = guarded(feature, input, queries, () =>
        linked.process(
          input.length,
          input.time,
          sequence,
          slots,
          readColumns(slice, operation.reads),
          outputs,
          selected,
          queries.length,
          queries.time,
          queries.sequence,
          queries.slots,
          answers,
        ));
      reportFailures({ feature, failures }, slice, { input, queries });
      const [filled, answered] = withWords([outputs, answers], () => linked.words());
      splitAnswers(operation.queries, queries, answered, slice);
      spill?.send(slice);
      if (operation.output === undefined) return;
      slice.streams[operation.output] = rowsOut(input, {
        carries: operation.carries,
        trails: operation.trails,
        outputs: filled.slice(0, operation.outputs),
        selected: text.selects ? selected : undefined,
        count,
      });
    },
    snapshot: () => linked.snapshot(),
    restore: (from) => linked.restore(from as KernelSnapshot),
  };
}

/** The rows' stream has the keys, then the outputs. */
function rowsOut(
  input: StreamData,
  parts: {
    readonly carries: readonly number[];
    readonly trails: readonly number[];
    readonly outputs: readonly ColumnData[];
    readonly selected: Int32Array<ArrayBuffer> | undefined;
    readonly count: number;
  },
): StreamData {
  const { carries, trails, outputs, selected, count } = parts;
  const keys = carries.map((place) => input.columns[place]!);
  const trailing = trails.map((place) => input.columns[place]!);
  if (selected === undefined || count === input.length) {
    return {
      length: count,
      time: input.time,
      sequence: input.sequence,
      columns: [...keys, ...outputs, ...trailing],
    };
  }
  const rows = selected.subarray(0, count);
  return {
    length: count,
    time: gather(input.time, rows),
    sequence: gather(input.sequence, rows),
    columns: [
      ...keys.map((key) => gather(key, rows)),
      ...outputs.map((column) => sliceColumn(column, 0, count)),
      ...trailing.map((column) => gather(column, rows)),
    ],
  };
}

/** Adds feature and row to what generated code throws. */
export function guarded<T>(
  feature: string,
  input: StreamData,
  queries: MergedQueries | undefined,
  run: () => T,
): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LocatedError)) throw error;
    const place = error.row < input.length
      ? describeRow(input.time[error.row]!, input.sequence[error.row]!)
      : describeRow(queries?.time[error.query] ?? NaN, Infinity);
    throw new FeatureError(feature, place, error.cause);
  }
}
