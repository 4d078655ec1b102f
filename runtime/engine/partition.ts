/** Which partition a row belongs to: its key's group, one of 256, spread evenly over the partitions. */
import { FIRST_BIG } from "../../dsl/types.ts";
import type { FlatColumn } from "../arrow/mod.ts";
import type { KeyKind } from "./key_kinds.ts";

/** Key columns, and what their groups are made of. */
export interface RoutedKeys {
  readonly columns: readonly FlatColumn[];
  readonly kinds: readonly KeyKind[];
  /** Hashes of texts by symbol code. */
  readonly hashes: Int32Array;
}

/** Row numbers per partition, in order. Rows of one key are in one partition. */
export function partitionRows(
  keys: RoutedKeys,
  length: number,
  partitions: number,
): Int32Array[] {
  const rows = Array.from({ length: partitions }, () => new Int32Array(length));
  const counts = new Int32Array(partitions);
  const groups = groupsOf(keys, length);
  for (let i = 0; i < length; i++) {
    const partition = (groups[i]! * partitions) >> 8;
    rows[partition]![counts[partition]!++] = i;
  }
  return rows.map((list, partition) => list.subarray(0, counts[partition]));
}

/** Groups depend on what keys are, the bytes of texts and the bits of numbers, never on codes. */
function groupsOf({ columns, kinds, hashes }: RoutedKeys, length: number): Uint8Array {
  const groups = new Uint8Array(length);
  const [first, ...more] = columns;
  if (first === undefined) return groups;
  if (first instanceof Int32Array && more.length === 0) {
    for (let i = 0; i < length; i++) groups[i] = first[i]! < 0 ? 0 : hashes[first[i]!]! >>> 24;
    return groups;
  }
  const all = new Int32Array(length).fill(0x9e3779b1);
  columns.forEach((column, place) => {
    if (column instanceof Int32Array) mixTexts(all, column, hashes);
    else mixNumbers(all, column, kinds[place] === "integer" ? hashes : undefined);
  });
  for (let i = 0; i < length; i++) groups[i] = Math.imul(all[i]!, 0x2c1b3c6d) >>> 24;
  return groups;
}

function mixTexts(all: Int32Array, codes: Int32Array, hashes: Int32Array): void {
  for (let i = 0; i < all.length; i++) {
    const hash = codes[i]! < 0 ? 0 : hashes[codes[i]!]!;
    const h = Math.imul(all[i]! ^ hash, 0x85ebca6b);
    all[i] = h ^ (h >>> 15);
  }
}

/** Integers beyond 2^53 are known by their texts. */
function mixNumbers(
  all: Int32Array,
  numbers: Float64Array,
  hashes: Int32Array | undefined,
): void {
  const bits = new Float64Array(1);
  const words = new Int32Array(bits.buffer);
  for (let i = 0; i < all.length; i++) {
    const x = numbers[i]!;
    bits[0] = hashes !== undefined && x >= FIRST_BIG ? hashes[(x - FIRST_BIG) / 2]! : x + 0;
    const low = Math.imul(all[i]! ^ words[0]!, 0x85ebca6b);
    const h = Math.imul(low ^ words[1]!, 0xc2b2ae35);
    all[i] = h ^ (h >>> 15);
  }
}
