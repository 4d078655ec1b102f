/** Computed columns of sources, made where the plugin's functions are, before rows are ordered. */
import type { SitePlan } from "../../dsl/mod.ts";
import { type ColumnData, createColumn } from "./column.ts";
import type { Frame } from "./frames.ts";
import type { MapKernel } from "./link.ts";
import { FeatureError } from "./operations/feature_error.ts";
import { withWords } from "./packed_places.ts";
import type { RowErrorReport } from "./frames.ts";
import { LocatedError } from "./row_error.ts";
import type { RowFailures } from "./row_failures.ts";
import { NO_NUMBERS } from "./stream_data.ts";

/** Answers a frame of raw columns with the computed ones. */
export type Preparer = (frame: Frame, partition: number) => Frame;

type KernelOf = (index: number) => {
  readonly text: {
    readonly outputs: readonly { readonly type: Parameters<typeof createColumn>[0] }[];
  };
  readonly feature: string;
  readonly linked: MapKernel;
  readonly failures?: RowFailures | undefined;
};

/** Preparers by the edge their requests come on. */
export function createPreparers(
  plan: SitePlan,
  kernelOf: KernelOf,
  report: (error: RowErrorReport) => void,
): ReadonlyMap<number, Preparer> {
  return new Map(plan.prepares.map(({ request, reply, kernels, reads }) => {
    const linked = kernels.map(kernelOf);
    const preparer: Preparer = ({ batch, slice, untilUs, firstRow = 1 }, from) => {
      const columns = [...batch.columns];
      const made = linked.map((kernel, index) =>
        computeColumn(kernel, { columns, reads: reads[index]!, length: batch.length, firstRow })
      );
      tellFailures(linked, { length: batch.length, firstRow }, report);
      return { edge: reply, from, slice, untilUs, batch: { length: batch.length, columns: made } };
    };
    return [request, preparer];
  }));
}

/** Tells of the rows whose columns could not be computed, where somebody takes failures. */
export function tellFailures(
  kernels: readonly Pick<ReturnType<KernelOf>, "feature" | "failures">[],
  { length, firstRow }: { readonly length: number; readonly firstRow: number },
  report: (error: RowErrorReport) => void,
): void {
  for (const { feature, failures } of kernels) {
    for (const { place, message } of failures?.take(length).told ?? []) {
      report({ feature, message, timeUs: NaN, sequence: firstRow + place });
    }
  }
}

/** Runs one computed column and appends it, so that later ones can read it. */
export function computeColumn(
  { text, linked, feature }: ReturnType<KernelOf>,
  rows: {
    columns: ColumnData[];
    readonly reads: readonly number[];
    readonly length: number;
    readonly firstRow: number;
  },
): ColumnData {
  const { columns, reads, length, firstRow } = rows;
  const output = createColumn(text.outputs[0]!.type, length);
  try {
    linked.process(length, NO_NUMBERS, reads.map((place) => columns[place]!), [output]);
  } catch (error) {
    if (!(error instanceof LocatedError)) throw error;
    throw new FeatureError(feature, `at row ${firstRow + error.row}`, error.cause);
  }
  const [[column = output]] = withWords([[output]], () => linked.words());
  columns.push(column);
  return column;
}
