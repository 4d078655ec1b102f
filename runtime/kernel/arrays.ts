/** Growth of a kernel's typed arrays. */

type StateArray = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** The array with `length` elements; new ones are `fill`. */
export function grow<T extends StateArray>(array: T, length: number, fill: number): T {
  const grown = allocateLike(array, length);
  grown.set(array);
  if (fill !== 0) grown.fill(fill, array.length);
  return grown;
}

/** A ring's `count` elements from `first` on, laid out from 0 in an array of `length`; positions move along. */
export function unwind<T extends StateArray>(
  ring: T,
  first: number,
  mask: number,
  count: number,
  length: number,
  isPosition: boolean,
): T {
  const flat = allocateLike(ring, length);
  const untilWrap = Math.min(count, mask + 1 - first);
  flat.set(ring.subarray(first, first + untilWrap));
  flat.set(ring.subarray(0, count - untilWrap), untilWrap);
  if (isPosition) rebase(flat, first, mask);
  return flat;
}

/** Moves ring positions to a ring whose first element is at 0; -1 stays. */
export function rebase(positions: StateArray, first: number, mask: number): StateArray {
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!;
    if (position >= 0) positions[i] = (position - first) & mask;
  }
  return positions;
}

/** Gives back the memory of arrays that nobody reads any more; parts of a buffer are left. */
export function release(arrays: readonly StateArray[]): void {
  for (const { buffer, byteLength } of arrays) {
    if (byteLength > 0 && byteLength === buffer.byteLength) buffer.transfer(0);
  }
}

/** An array of the same element type. */
export function allocateLike<T extends StateArray>(array: T, length: number): T {
  const Type = array.constructor as new (length: number) => T;
  return new Type(length);
}
