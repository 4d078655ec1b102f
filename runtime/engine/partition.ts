/** Which partition a row belongs to: its key's group, one of 256, spread evenly over the partitions. */
import type { ColumnData } from "../arrow/mod.ts";
import { hashRow } from "./slots.ts";

export const KEY_GROUPS = 256;

/** Row numbers per partition, in order. Rows of one key are in one partition. */
export function partitionRows(
  keys: readonly ColumnData[],
  length: number,
  partitions: number,
): Int32Array[] {
  const bits = new Float64Array(1);
  const words = new Int32Array(bits.buffer);
  const rows = Array.from({ length: partitions }, () => new Int32Array(length));
  const counts = new Int32Array(partitions);
  for (let i = 0; i < length; i++) {
    const group = hashRow(keys, i, bits, words) & (KEY_GROUPS - 1);
    const partition = Math.floor(group * partitions / KEY_GROUPS);
    rows[partition]![counts[partition]!++] = i;
  }
  return rows.map((list, partition) => list.subarray(0, counts[partition]));
}
