/** A row that cannot be computed: where it happened, for the message that names feature and row. */
import type { ValueType } from "../../dsl/types.ts";
import { messageOf } from "../kernel/mod.ts";

export { messageOf };

/** Thrown by generated code for one row. */
export class RowError extends Error {
  override readonly name = "RowError";
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** An error with the row (or, when rows are done, the query) it happened at. */
export class LocatedError extends Error {
  override readonly name = "LocatedError";
  readonly row: number;
  readonly query: number;

  constructor(cause: unknown, row: number, query: number) {
    super(messageOf(cause), { cause });
    this.row = row;
    this.query = query;
  }
}

export function located(error: unknown, row: number, query: number): LocatedError {
  return new LocatedError(error, row, query);
}

export function overflow(value: number): never {
  throw new RowError(
    "INTEGER_OVERFLOW",
    `an i64 result is ${value}, beyond the exact range of ±9007199254740991`,
  );
}

/** An i64 that only stands for itself cannot be computed with. */
export function beyond(_value: number): never {
  throw new RowError(
    "INTEGER_BEYOND",
    "an i64 is beyond 2^53 - 1: such numbers can be keys, compared with == and passed on, but not computed with",
  );
}

/** The sum of integers, which must be exact. */
export function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : overflow(value);
}

export function holeResultNumber(result: unknown, hole: number): number {
  if (typeof result === "number") return result;
  if (result === null || result === undefined) return NaN;
  throw wrongResult(result, hole, "a number");
}

export function holeResultI32(result: unknown, hole: number): number {
  const value = holeResultNumber(result, hole);
  if (value !== value || value === (value | 0)) return value;
  throw wrongResult(result, hole, "a whole number in the range of i32");
}

export function holeResultI64(result: unknown, hole: number): number {
  const value = holeResultNumber(result, hole);
  if (value !== value || Number.isSafeInteger(value)) return value;
  throw wrongResult(result, hole, "an exact whole number");
}

export function holeResultF32(result: unknown, hole: number): number {
  return Math.fround(holeResultNumber(result, hole));
}

/** Times are whole microseconds; finer is floored. */
export function holeResultTime(result: unknown, hole: number): number {
  return Math.floor(holeResultNumber(result, hole));
}

export function holeResultBool(result: unknown, hole: number): number {
  if (typeof result === "boolean") return result ? 1 : 0;
  if (result === null || result === undefined) return NaN;
  throw wrongResult(result, hole, "a bool");
}

/** The checks of what function holes return, by declared type. */
export function holeResults(foreign: {
  wordOf(type: ValueType, value: unknown, what: string): number;
}): {
  readonly holeResultNumber: HoleCheck;
  readonly holeResultBool: HoleCheck;
  readonly holeResultI32: HoleCheck;
  readonly holeResultI64: HoleCheck;
  readonly holeResultF32: HoleCheck;
  readonly holeResultTime: HoleCheck;
  readonly holeResult: (type: ValueType, result: unknown, hole: number) => number;
} {
  return {
    ...{ holeResultNumber, holeResultBool, holeResultI32, holeResultF32, holeResultTime },
    holeResultI64: (result, hole) =>
      typeof result === "bigint"
        ? foreign.wordOf({ kind: "i64" }, result, `the result of function hole ${hole + 1}`)
        : holeResultI64(result, hole),
    holeResult: (type, result, hole) =>
      foreign.wordOf(type, result, `the result of function hole ${hole + 1}`),
  };
}

type HoleCheck = (result: unknown, hole: number) => number;

function wrongResult(result: unknown, hole: number, wanted: string): RowError {
  return new RowError(
    "FUNCTION_RESULT",
    `function hole ${hole + 1} gave ${
      typeof result === "number" ? result : `a ${typeof result}`
    } where ${wanted} or null was expected`,
  );
}
