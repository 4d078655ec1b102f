/** Where queries stand that are rows made by time, among rows of the same feature: each at its own row. */
import { asFlat } from "../column.ts";
import { compareKeys } from "../key_order.ts";
import { besideOf } from "../rank.ts";
import type { NumberColumn, StreamData } from "../stream_data.ts";
import type { OperatorContext } from "./operation.ts";

type Slots = Int32Array<ArrayBuffer>;

/** Rows or queries, with the slot of each and the places of the columns that tell those of one time apart. */
export interface InstantRows {
  readonly stream: number;
  readonly data: StreamData;
  readonly slots: Slots;
  readonly order: readonly number[];
}

/**
 * A query whose row is among the rows of the slot it asks for stands at it; `numbers` are the rows' sequences. Any
 * other stands behind all rows of its instant.
 */
export function standsAmong(
  queries: InstantRows,
  rows: InstantRows & { readonly numbers: NumberColumn },
  { texts, kindsOf }: Pick<OperatorContext, "texts" | "kindsOf">,
): NumberColumn {
  const stands = besideOf(queries.data.sequence);
  const [own, other] = [orderColumns(queries), orderColumns(rows)];
  const kindsOfQueries = kindsOf(queries.stream);
  const kinds = queries.order.map((place) => kindsOfQueries[place] ?? "number");
  const [asked, times] = [queries.data.time, rows.data.time];
  let [from, to] = [0, 0];
  for (let i = 0; i < queries.data.length; i++) {
    const t = asked[i]!;
    if (i === 0 || asked[i - 1] !== t) {
      from = to;
      while (from < rows.data.length && times[from]! < t) from++;
      to = from;
      while (to < rows.data.length && times[to] === t) to++;
    }
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(other, middle, own, { j: i, texts, kinds }) < 0) low = middle + 1;
      else high = middle;
    }
    const isThere = low < to && rows.slots[low] === queries.slots[i] &&
      compareKeys(other, low, own, { j: i, texts, kinds }) === 0;
    if (isThere) stands[i] = rows.numbers[low]!;
  }
  return stands;
}

function orderColumns({ data, order }: InstantRows) {
  return order.map((place) => asFlat(data.columns[place]!));
}
