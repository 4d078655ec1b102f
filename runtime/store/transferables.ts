/** The buffers in a message that are worth moving to the other thread instead of copying them. */

/** Below this, a copy is cheaper than a transfer. */
const SMALLEST_BYTES = 4096;

/** Messages are never nested this deep. */
const MAX_DEPTH = 64;

/** Each buffer once; those of views that show only a part belong to them and go along. */
export function transferablesOf(message: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  collect(message, buffers, MAX_DEPTH);
  return [...buffers];
}

function collect(value: unknown, buffers: Set<ArrayBuffer>, depth: number): void {
  if (typeof value !== "object" || value === null || depth === 0) return;
  if (value instanceof ArrayBuffer) {
    if (value.byteLength >= SMALLEST_BYTES) buffers.add(value);
  } else if (ArrayBuffer.isView(value)) {
    collect(value.buffer, buffers, depth - 1);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) collect(item, buffers, depth - 1);
  } else if (value instanceof Map) {
    for (const item of value.values()) collect(item, buffers, depth - 1);
  } else {
    for (const item of Object.values(value)) collect(item, buffers, depth - 1);
  }
}
