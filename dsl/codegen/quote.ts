/** The only ways a value gets into generated text. */

/** A number as JavaScript source; negative zero and non-finite numbers included. */
export function quoteNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "Infinity";
  if (value === -Infinity) return "(-Infinity)";
  if (Object.is(value, -0)) return "(-0)";
  return value < 0 ? `(${value})` : String(value);
}

/** A name made of a letter prefix and a counter: nothing of the user's text is in it. */
export function slotName(prefix: string, index: number): string {
  if (!/^[A-Za-z$]+$/.test(prefix) || !Number.isSafeInteger(index) || index < 0) {
    throw new RangeError(`Cannot make a slot name from "${prefix}" and ${index}`);
  }
  return prefix + index;
}
