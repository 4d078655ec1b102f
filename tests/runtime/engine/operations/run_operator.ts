/** Runs one operator over hand-made streams, slice by slice. */
import type { ColumnData } from "../../../../runtime/arrow/mod.ts";
import type {
  Operator,
  OperatorContext,
  Slice,
} from "../../../../runtime/engine/operations/operation.ts";
import { SliceReports } from "../../../../runtime/engine/slice_reports.ts";
import { RetainedBuffers } from "../../../../runtime/engine/retained.ts";
import { SiteTables } from "../../../../runtime/engine/slots_of_site.ts";
import type { StreamData } from "../../../../runtime/engine/stream_data.ts";

/** A row: time, sequence, columns. */
export type Row = readonly number[];

/** Streams by number, each with its rows. */
export interface SliceRows {
  readonly untilUs: number;
  readonly streams: readonly (readonly Row[])[];
  readonly lastTimesUs?: readonly number[];
}

/** `make` gets the context of a site with number keys only; returns rows of `output`, one list per slice. */
export function runOperator(
  make: (context: OperatorContext) => Operator,
  slices: readonly SliceRows[],
  { output, columns }: { readonly output: number; readonly columns: readonly number[] },
): Row[][] {
  const tables = new SiteTables([]);
  const operator = make(contextOf(tables));
  return slices.map(({ untilUs, streams, lastTimesUs }, number) => {
    const data = streams.map((rows, stream) => dataOf(rows, columns[stream]!));
    const cache = tables.cache(data);
    const slice: Slice = {
      number,
      untilUs,
      isLast: number === slices.length - 1,
      barrier: false,
      aside: false,
      lastTimesUs,
      reports: new SliceReports(),
      streams: data,
      framesOf: () => [],
      slotsOf: (stream, keys, adds) => cache.slotsOf(stream, keys, adds),
    };
    operator.run(slice);
    cache.release();
    return rowsOf(slice.streams[output]!);
  });
}

function contextOf(tables: SiteTables): OperatorContext {
  const refuse = (): never => {
    throw new TypeError("This operator links no kernel and sends nothing");
  };
  return {
    partition: 0,
    partitions: 1,
    texts: [],
    retained: new RetainedBuffers(),
    codeOf: refuse,
    kindsOf: () => [],
    textHashes: () => new Int32Array(0),
    tableOf: (kinds) => tables.of(kinds),
    kernel: refuse,
    destinationOf: refuse,
    sendLater: refuse,
  };
}

function dataOf(rows: readonly Row[], columns: number): StreamData {
  const column = (place: number) => Float64Array.from(rows, (row) => row[place]!);
  return {
    length: rows.length,
    time: column(0),
    sequence: column(1),
    columns: Array.from({ length: columns }, (_, place) => column(place + 2)),
  };
}

function rowsOf({ length, time, sequence, columns }: StreamData): Row[] {
  const flat = columns as readonly Exclude<ColumnData, { starts: unknown }>[];
  return Array.from({ length }, (_, row) => [
    time[row]!,
    sequence[row]!,
    ...flat.map((column) => column[row]!),
  ]);
}
