/** The queries of a kernel, from all streams, in order of position; and their answers back to each stream. */
import type { Operation, Query } from "../../../dsl/mod.ts";
import type { ColumnData } from "../column.ts";
import { gather, NO_NUMBERS, type NumberColumn } from "../stream_data.ts";
import { besideOf, instantSequence, mapPlaces } from "../rank.ts";
import { orderTiesBySequence } from "../sort.ts";
import { type InstantRows, standsAmong } from "./instants.ts";
import { type OperatorContext, type Slice, streamOf } from "./operation.ts";

type Slots = Int32Array<ArrayBuffer>;

export interface MergedQueries {
  readonly length: number;
  readonly time: NumberColumn;
  readonly sequence: NumberColumn;
  readonly slots: Slots;
  /** For each stream, where its rows stand in the merged order; absent when there is one stream. */
  readonly places: readonly Slots[] | undefined;
}

/** What queries are put to: the rows of a kernel, as sequences place them for these queries. */
export interface AskedRows {
  readonly queries: MergedQueries;
  readonly sequence: NumberColumn;
}

const NO_SLOTS: Slots = new Int32Array(0);
const NONE: MergedQueries = {
  length: 0,
  time: NO_NUMBERS,
  sequence: NO_NUMBERS,
  slots: NO_SLOTS,
  places: undefined,
};

export function hasQueries(queries: readonly Query[], slice: Slice): boolean {
  return queries.some(({ stream }) => streamOf(slice, stream).length > 0);
}

export function askRows(
  { queries, input, keys }: Asked,
  slice: Slice,
  context: Pick<OperatorContext, "texts" | "kindsOf">,
): AskedRows {
  const rows = streamOf(slice, input);
  const isInstant = queries.some(({ sight }) => typeof sight === "object" && "order" in sight);
  if (!isInstant) return { queries: mergeQueries(queries, slice), sequence: rows.sequence };
  const { slots } = slice.slotsOf(input, keys, true);
  const numbers = instantSequence(rows);
  const standsOf = (asked: Omit<InstantRows, "order">, order: InstantOrder): NumberColumn =>
    standsAmong(
      { ...asked, order: order.queries },
      { stream: input, data: rows, slots, order: order.rows, numbers },
      context,
    );
  return { queries: mergeQueries(queries, slice, standsOf), sequence: numbers };
}

type Asked = Pick<Extract<Operation, { kind: "kernel" }>, "queries" | "input" | "keys">;
type InstantOrder = Extract<Query["sight"], { readonly order: unknown }>["order"];

function mergeQueries(
  queries: readonly Query[],
  slice: Slice,
  standsOf?: (asked: Omit<InstantRows, "order">, order: InstantOrder) => NumberColumn,
): MergedQueries {
  const parts = queries.map(({ stream, keys, sight }) => {
    const data = streamOf(slice, stream);
    const { length, time, sequence } = data;
    const { slots } = slice.slotsOf(stream, keys, false);
    if (typeof sight === "object" && "order" in sight) {
      const stands = standsOf?.({ stream, data, slots }, sight.order) ?? sequence;
      return inOrder({ length, time, sequence: stands, slots });
    }
    if (typeof sight === "object") {
      return inOrder({ length, time, sequence: mapPlaces(sequence, sight.places), slots });
    }
    const seen = sight === "position"
      ? sequence
      : sight === "beside"
      ? besideOf(sequence)
      : endless(length);
    return { length, time, sequence: seen, slots, places: undefined };
  });
  const [first, ...more] = parts;
  if (!first) return NONE;
  let merged: MergedQueries = first;
  for (const part of more) merged = mergeTwo(merged, part);
  return merged;
}

/** Queries of one time whose places changed when they were mapped. */
function inOrder(queries: Omit<MergedQueries, "places">): MergedQueries {
  const { length, time, sequence, slots } = queries;
  let isSorted = true;
  for (let i = 1; i < length && isSorted; i++) {
    isSorted = time[i - 1] !== time[i] || sequence[i - 1]! <= sequence[i]!;
  }
  if (isSorted) return { ...queries, places: undefined };
  const rows = Int32Array.from({ length }, (_, i) => i);
  orderTiesBySequence(rows, time, sequence);
  const places: Slots = new Int32Array(length);
  for (let i = 0; i < length; i++) places[rows[i]!] = i;
  return {
    length,
    time,
    sequence: gather(sequence, rows),
    slots: gather(slots, rows),
    places: [places],
  };
}

/** Hands each stream its answers, in its own order. */
export function splitAnswers(
  queries: readonly Query[],
  merged: MergedQueries,
  answers: readonly ColumnData[],
  slice: Slice,
): void {
  queries.forEach(({ stream, answers: output }, index) => {
    const { time, sequence, length } = streamOf(slice, stream);
    const places = merged.places?.[index];
    const columns = places ? answers.map((column) => gather(column, places)) : answers;
    slice.streams[output] = { length, time, sequence, columns };
  });
}

function mergeTwo(a: MergedQueries, b: MergedQueries): MergedQueries {
  const length = a.length + b.length;
  const [time, sequence] = [new Float64Array(length), new Float64Array(length)];
  const slots: Slots = new Int32Array(length);
  const [fromA, fromB]: [Slots, Slots] = [new Int32Array(a.length), new Int32Array(b.length)];
  let [i, j] = [0, 0];
  for (let at = 0; at < length; at++) {
    const takesA = j >= b.length || (i < a.length && !comesBefore(b, j, a, i));
    const from = takesA ? a : b;
    const row = takesA ? i : j;
    time[at] = from.time[row]!;
    sequence[at] = from.sequence[row]!;
    slots[at] = from.slots[row]!;
    if (takesA) fromA[i++] = at;
    else fromB[j++] = at;
  }
  const earlier = a.places?.map((places) => gather(fromA, places)) ?? [fromA];
  const [last] = b.places?.map((places) => gather(fromB, places)) ?? [fromB];
  return { length, time, sequence, slots, places: [...earlier, last!] };
}

type Positions = { readonly time: NumberColumn; readonly sequence: NumberColumn };

function comesBefore(a: Positions, i: number, b: Positions, j: number): boolean {
  const [s, t] = [a.time[i]!, b.time[j]!];
  return s < t || (s === t && a.sequence[i]! < b.sequence[j]!);
}

let infinities: NumberColumn = new Float64Array(0);

/** A column of +infinity: queries that stand after all rows of their time. */
export function endless(length: number): NumberColumn {
  if (infinities.length < length) infinities = new Float64Array(length * 2).fill(Infinity);
  return infinities.subarray(0, length);
}
