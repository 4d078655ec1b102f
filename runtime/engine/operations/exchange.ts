/** Rows between partitions, sites and the host. */
import type { Operation } from "../../../dsl/mod.ts";
import {
  asFlat,
  type ColumnData,
  createColumn,
  type FlatColumn,
  gather,
  isPacked,
  pickRows,
} from "../column.ts";
import type { Frame } from "../frames.ts";
import { compareKeys, type KeyTexts } from "../key_order.ts";
import { partitionRows } from "../partition.ts";
import type { StreamData } from "../stream_data.ts";
import { type Operator, type OperatorContext, type Slice, streamOf } from "./operation.ts";
import { readColumns } from "./reads.ts";

/** Sends a stream by key to all partitions of a site, or whole to the host. */
export function createSendOperator(
  operation: Extract<Operation, { kind: "send" }>,
  context: OperatorContext,
  dropped: () => number | undefined,
): Operator {
  const { edge, keys } = operation;
  const kinds = (keys ?? []).map((place) => {
    const { stream, column } = operation.columns[place]!;
    return context.kindsOf(stream)[column] ?? "number";
  });
  return {
    run(slice) {
      const { time, sequence, length } = streamOf(slice, operation.input);
      const columns = [time, sequence, ...readColumns(slice, operation.columns)];
      if (keys === undefined) {
        const lost = slice.isLast ? dropped() : undefined;
        const frame = frameOf(slice, { edge, from: context.partition, length, columns });
        const whole = lost === undefined ? frame : { ...frame, dropped: lost };
        context.sendLater(context.destinationOf(edge, 0), whole);
        return;
      }
      const routed = keys.map((place) => asFlat(columns[place + 2]!));
      const hashes = context.textHashes();
      const split = partitionRows({ columns: routed, kinds, hashes }, length, context.partitions);
      split.forEach((rows, partition) => {
        const taken = columns.map((column) => gather(column, rows));
        const all = operation.returns ? [...taken, rows.slice()] : taken;
        const frame = frameOf(slice, {
          edge,
          from: context.partition,
          length: rows.length,
          columns: all,
        });
        context.sendLater(context.destinationOf(edge, partition), frame);
      });
    },
  };
}

/** Merges what all producers sent, in order of position, or of time and key. */
export function createReceiveOperator(
  operation: Extract<Operation, { kind: "receive" }>,
  context: OperatorContext,
): Operator {
  const { edge, output, returns, keyOrder } = operation;
  const kinds = keyOrder?.map((place) => context.kindsOf(output)[place] ?? "number");
  const order = keyOrder && { columns: keyOrder, texts: context.texts, kinds };
  return {
    run(slice) {
      const parts = slice.framesOf(edge).map(({ batch, from }) => {
        const [time, sequence, ...columns] = batch.columns as [Numbers, Numbers, ...ColumnData[]];
        const origin = returns ? [new Int32Array(batch.length).fill(from)] : [];
        return { length: batch.length, time, sequence, columns: [...columns, ...origin] };
      });
      const filled = parts.filter(({ length }) => length > 0);
      slice.streams[output] = filled.length > 1
        ? mergeParts(filled, order)
        : filled[0] ?? parts[0]!;
    },
  };
}

type Numbers = Float64Array<ArrayBuffer>;

/** Sends answers home: row number first, then the answers, to the partition each query came from. */
export function createReturnOperator(
  operation: Extract<Operation, { kind: "return" }>,
  context: OperatorContext,
): Operator {
  const { edge, queries } = operation;
  return {
    run(slice) {
      const { columns, length } = streamOf(slice, queries);
      const rows = columns.at(-2)!;
      const origins = asFlat(columns.at(-1)!);
      const answers = readColumns(slice, operation.columns);
      for (let partition = 0; partition < context.partitions; partition++) {
        const mine = indexesOf(origins, length, partition);
        const taken = [rows, ...answers].map((column) => gather(column, mine));
        const frame = frameOf(slice, {
          edge,
          from: context.partition,
          length: mine.length,
          columns: taken,
        });
        context.sendLater(context.destinationOf(edge, partition), frame);
      }
    },
  };
}

/** Puts answers that came back where their queries stood. */
export function createAlignOperator(
  { edge, like, output, types }: Extract<Operation, { kind: "align" }>,
): Operator {
  return {
    run(slice) {
      const { length, time, sequence } = streamOf(slice, like);
      const parts = slice.framesOf(edge).map(({ batch: { columns: [rows, ...answers] } }) => ({
        rows: asFlat(rows!),
        answers,
      }));
      const columns = types.map((type, place) => {
        const column = createColumn(type, length);
        const own = parts.map(({ rows, answers }) => ({ rows, values: answers[place]! }));
        if (isPacked(column)) return placePacked(own, length);
        for (const { rows, values } of own) scatter(asFlat(values), rows, column);
        return column;
      });
      slice.streams[output] = { length, time, sequence, columns };
    },
  };
}

function scatter(values: FlatColumn, rows: FlatColumn, into: FlatColumn): void {
  for (let i = 0; i < values.length; i++) into[rows[i]!] = values[i]!;
}

function placePacked(
  parts: readonly { readonly rows: FlatColumn; readonly values: ColumnData }[],
  length: number,
): ColumnData {
  const fromPart = new Int32Array(length).fill(-1);
  const fromRow = new Int32Array(length);
  parts.forEach(({ rows }, part) => {
    for (let i = 0; i < rows.length; i++) {
      fromPart[rows[i]!] = part;
      fromRow[rows[i]!] = i;
    }
  });
  return pickRows(parts.map(({ values }) => values), fromPart, fromRow);
}

function indexesOf(origins: FlatColumn, length: number, partition: number): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let i = 0; i < length; i++) if (origins[i] === partition) rows[count++] = i;
  return rows.subarray(0, count);
}

function frameOf(
  { number, untilUs, lastTimesUs, isLast, barrier, aside }: Slice,
  parts: { edge: number; from: number; length: number; columns: readonly ColumnData[] },
): Frame {
  const { edge, from, length, columns } = parts;
  return {
    ...{ edge, from, slice: number, untilUs, isLast, batch: { length, columns } },
    ...(lastTimesUs ? { lastTimesUs } : {}),
    ...(barrier ? { barrier } : {}),
    ...(aside ? { aside } : {}),
  };
}

/** Columns that order rows of one time and sequence. */
export interface ColumnOrder extends KeyTexts {
  readonly columns: readonly number[];
}

/** A k-way merge of sorted parts; k is the number of partitions. */
export function mergeParts(parts: readonly StreamData[], order?: ColumnOrder): StreamData {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const [fromPart, fromRow] = [new Int32Array(length), new Int32Array(length)];
  const at = new Int32Array(parts.length);
  const { columns: places = [], ...keyTexts } = order ?? { texts: [] };
  const keys = parts.map(({ columns }) => places.map((place) => asFlat(columns[place]!)));
  for (let i = 0; i < length; i++) {
    let best = -1;
    for (let p = 0; p < parts.length; p++) {
      if (at[p]! >= parts[p]!.length) continue;
      if (best < 0 || comesFirst(p, best)) best = p;
    }
    fromPart[i] = best;
    fromRow[i] = at[best]!++;
  }
  function comesFirst(p: number, q: number): boolean {
    const [a, b] = [parts[p]!, parts[q]!];
    const [i, j] = [at[p]!, at[q]!];
    if (a.time[i] !== b.time[j]) return a.time[i]! < b.time[j]!;
    if (a.sequence[i] !== b.sequence[j]) return a.sequence[i]! < b.sequence[j]!;
    return compareKeys(keys[p]!, i, keys[q]!, { j, ...keyTexts }) < 0;
  }
  const pick = <T extends ColumnData>(columns: readonly T[]) =>
    pickRows(columns, fromPart, fromRow);
  return {
    length,
    time: pick(parts.map(({ time }) => time)),
    sequence: pick(parts.map(({ sequence }) => sequence)),
    columns: parts[0]!.columns.map((_, place) => pick(parts.map(({ columns }) => columns[place]!))),
  };
}
