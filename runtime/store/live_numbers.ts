/**
 * Times as libSQL keeps them: it takes no infinite number, and NaN only as null.
 *
 * N1 The largest finite numbers stand for infinity; event times never come near them.
 */
export function storedTime(us: number): number | null {
  if (Number.isNaN(us)) return null;
  if (us === Infinity) return Number.MAX_VALUE;
  return us === -Infinity ? -Number.MAX_VALUE : us;
}

export function timeOf(stored: unknown): number {
  const us = typeof stored === "bigint" ? Number(stored) : stored;
  if (typeof us !== "number") return NaN;
  if (us === Number.MAX_VALUE) return Infinity;
  return us === -Number.MAX_VALUE ? -Infinity : us;
}
