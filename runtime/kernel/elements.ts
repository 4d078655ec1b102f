/** Places of parts inside packed values. An address is that of the value's first word, which says how many follow. */
import type { ListType, MapType, StructType } from "../../dsl/types.ts";
import { sizeOf } from "./packed.ts";

/** Where a struct's field begins. */
export function fieldPlace(
  { fields }: StructType,
  words: Float64Array,
  address: number,
  index: number,
): number {
  let place = address + 1;
  for (let j = 0; j < index; j++) place += sizeOf(fields[j]!.type, words, place);
  return place;
}

/** Where the element at `index` of a list of scalars stands, from the end if negative; 0 where there is none. */
export function flatListPlace(words: Float64Array, address: number, index: number): number {
  return vectorPlace(address, index, words[address]!);
}

export function vectorPlace(address: number, index: number, length: number): number {
  const place = index < 0 ? index + length : index;
  return place >= 0 && place < length && place % 1 === 0 ? address + 1 + place : 0;
}

/** The same for elements of any size. */
export function listPlace(
  { element }: ListType,
  words: Float64Array,
  address: number,
  index: number,
): number {
  const length = words[address]!;
  const wanted = index < 0 ? index + length : index;
  if (!(wanted >= 0 && wanted < length && wanted % 1 === 0)) return 0;
  let place = address + 1;
  for (let j = 0; j < wanted; j++) place += sizeOf(element, words, place);
  return place;
}

/** Where the value of a key stands; 0 where the map has no such key. */
export function mapPlace(
  { value }: MapType,
  words: Float64Array,
  address: number,
  key: number,
): number {
  let place = address + 1;
  for (let left = words[address]!; left > 0; left--) {
    if (words[place] === key) return place + 1;
    place += 1 + sizeOf(value, words, place + 1);
  }
  return 0;
}
