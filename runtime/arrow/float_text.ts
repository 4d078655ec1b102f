/** Decimal texts of 32-bit floats. */

/** The shortest text that is read as the same 32-bit float. */
export function formatFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}
