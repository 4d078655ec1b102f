/** How Arrow lays out nested columns: offsets, validity, and whose elements are whose. */
import { type Data, DataType } from "apache-arrow";
import { Rejects } from "./column_spec.ts";

export type Range = { readonly from: number; readonly length: number };

/** Rejects of elements that belong to rows: row i has those from offset i on. */
export class OwnedRejects extends Rejects {
  readonly #offsets: Int32Array;
  readonly #owner: Rejects;
  #hasAny = false;

  constructor(offsets: Int32Array, owner: Rejects) {
    super();
    this.#offsets = offsets;
    this.#owner = owner;
  }

  override addRow(row: number, reason: string): void {
    super.addRow(row, reason);
    this.#hasAny = true;
  }

  /** Passes on what was added. */
  hand(): void {
    if (!this.#hasAny) return;
    const first = this.#offsets[0]!;
    for (const { row, reason } of this.rows()) {
      const owner = this.#offsets.findLastIndex((offset) => offset - first <= row);
      this.#owner.addRow(owner, reason);
    }
    this.#hasAny = false;
  }
}

/** Where the elements of each row begin in the child, and where the last ones end. */
export function offsetsOf(data: Data, { from, length }: Range): Int32Array {
  const { type } = data;
  if (DataType.isFixedSizeList(type)) {
    const first = (data.offset + from) * type.listSize;
    return Int32Array.from({ length: length + 1 }, (_, i) => first + i * type.listSize);
  }
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  if (offsets instanceof Int32Array) return offsets.subarray(from, from + length + 1);
  return Int32Array.from(offsets.subarray(from, from + length + 1), Number);
}

/** Which rows from a place on are not null. */
export function validityOf(data: Data, from: number): (i: number) => boolean {
  if (data.nullCount === 0) return () => true;
  const { nullBitmap, offset } = data;
  const first = offset + from;
  return (i) => ((nullBitmap[(first + i) >> 3]! >> ((first + i) & 7)) & 1) === 1;
}
