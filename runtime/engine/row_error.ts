/** A row that cannot be computed: where it happened, for the message that names feature and row. */

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
    super(cause instanceof Error ? cause.message : String(cause), { cause });
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

function wrongResult(result: unknown, hole: number, wanted: string): RowError {
  return new RowError(
    "FUNCTION_RESULT",
    `function hole ${hole + 1} gave ${
      typeof result === "number" ? result : `a ${typeof result}`
    } where ${wanted} or null was expected`,
  );
}
