/**
 * Integers of 64 bits that a double does not hold: the number 2^53 + 2c stands for one, where c is the symbol of
 * its decimal text. Equal integers have equal numbers, and all of them are beyond every exact one.
 */
import { FIRST_BIG } from "../../dsl/types.ts";
import type { SymbolTable } from "./symbols.ts";

export { FIRST_BIG };

const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/** The number of an integer, or undefined if it has more than 64 bits. */
export function numberOfInteger(value: bigint, symbols: SymbolTable): number | undefined {
  const exact = Number(value);
  if (Number.isSafeInteger(exact)) return exact;
  if (value < LEAST || value > MOST) return undefined;
  return FIRST_BIG + 2 * symbols.intern(String(value));
}

/** The decimal text of a number that is `FIRST_BIG` or more. */
export function bigIntegerText(number: number, symbols: SymbolTable): string {
  return symbols.text((number - FIRST_BIG) / 2);
}

/** The integer a number is or stands for. */
export function integerOfNumber(number: number, symbols: SymbolTable): bigint {
  return BigInt(number >= FIRST_BIG ? bigIntegerText(number, symbols) : number);
}

/** Numbers of a column of 64-bit integers in order of what they stand for. */
export function compareNumbers(a: number, b: number, symbols: SymbolTable): number {
  if (a < FIRST_BIG && b < FIRST_BIG) return a - b;
  const [left, right] = [integerOfNumber(a, symbols), integerOfNumber(b, symbols)];
  return left < right ? -1 : left > right ? 1 : 0;
}
