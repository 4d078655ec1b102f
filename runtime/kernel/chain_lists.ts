/**
 * Lists of the rows that a window's chain links: places are gathered first, then their values written. A list costs
 * its length.
 */
import type { ValueType } from "../../dsl/types.ts";
import { grow } from "./arrays.ts";
import { type PackedHeap, sizeOf } from "./packed.ts";
import type { PackedPool } from "./packed_pool.ts";

/** Places of the list about to be written, from the oldest; shared, since nothing comes between. */
let places = new Int32Array(256);

/** Gathers at most `most` places from the oldest on; says how many. */
export function placesAlong(head: number, next: Int32Array, most: number): number {
  let count = 0;
  for (let place = head; place >= 0 && count < most; place = next[place]!) {
    if (count === places.length) places = grow(places, count * 2, 0);
    places[count++] = place;
  }
  return count;
}

/** Gathers at most `most` places that end with the newest and begin no earlier than `head`; says how many. */
export function placesBack(
  head: number,
  tail: number,
  previous: Int32Array,
  most: number,
): number {
  if (head < 0) return 0;
  let count = 0;
  for (let place = tail; count < most; place = previous[place]!) {
    if (count === places.length) places = grow(places, count * 2, 0);
    places[count++] = place;
    if (place === head) break;
  }
  places.subarray(0, count).reverse();
  return count;
}

/** The address of the list of the gathered rows' values; null, 0, without rows. */
export function listOfPlaces(heap: PackedHeap, values: Float64Array, count: number): number {
  if (count === 0) return 0;
  const address = heap.alloc(1 + count);
  const { words } = heap;
  words[address] = count;
  for (let j = 0; j < count; j++) words[address + 1 + j] = values[places[j]!]!;
  return address;
}

/** The same where the values are handles of packed values. */
export function packedListOfPlaces(
  heap: PackedHeap,
  pool: PackedPool,
  type: ValueType,
  handles: Float64Array,
  count: number,
): number {
  if (count === 0) return 0;
  const from = pool.words;
  let size = 1;
  for (let j = 0; j < count; j++) size += sizeOf(type, from, pool.at(handles[places[j]!]!));
  const address = heap.alloc(size);
  const { words } = heap;
  words[address] = count;
  let place = address + 1;
  for (let j = 0; j < count; j++) {
    const value = pool.at(handles[places[j]!]!);
    const end = value + sizeOf(type, from, value);
    for (let word = value; word < end; word++) words[place++] = from[word]!;
  }
  return address;
}
