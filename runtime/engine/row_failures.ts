/**
 * Rows and queries that cannot be computed where the run goes on without them. Whatever fails gives null and raises the
 * flag; generated code looks at the flag at the end of each row or query, clears the outputs, and says where it is.
 */
import { StateError, UserStates } from "../kernel/mod.ts";
import { absent, type ForeignValues } from "./foreign_values.ts";
import { beyond, exact, holeResults, messageOf, overflow, RowError } from "./row_error.ts";

/** Rows of a feature that fail one after another until its site stops. */
const MOST_IN_A_ROW = 100;
/** Failures of a slice that are told one by one. */
const MOST_TOLD = 100;
const MOST_TEXT = 1000;

/** A failure's row or query by number, or the time of a row that time made. */
export interface Failure {
  readonly at: "row" | "query" | "time";
  readonly place: number;
  readonly message: string;
}

export class RowFailures {
  /** One element: 1 where the row or query at hand has failed. */
  readonly flag = new Int32Array(1);
  readonly #stops: boolean;
  #error: unknown;
  #told: Failure[] = [];
  #untold = 0;
  #inARow = 0;
  /** The last row that failed; -1 for the last of the slice before. */
  #last = -Infinity;

  /** `stops` if too many rows in a row are an error of their own. */
  constructor(stops: boolean) {
    this.#stops = stops;
  }

  /** Something failed at the row or query at hand. */
  add(error: unknown): void {
    if (error instanceof StateError) throw error;
    if (this.flag[0] === 0) this.#error = error;
    this.flag[0] = 1;
  }

  /** A function that gives `absent` where the other throws. */
  guard<A extends unknown[], R, N>(call: (...args: A) => R, absent: N): (...args: A) => R | N {
    return (...args) => {
      try {
        return call(...args);
      } catch (error) {
        this.add(error);
        return absent;
      }
    };
  }

  /** The failure at hand is that of row `i`. */
  readonly row = (i: number): void => {
    this.#inARow = i === this.#last + 1 ? this.#inARow + 1 : 1;
    this.#last = i;
    const error = this.#error;
    this.#tell("row", i);
    if (this.#stops && this.#inARow >= MOST_IN_A_ROW) throw tooMany(error);
  };

  readonly query = (query: number): void => this.#tell("query", query);

  /** The failure at hand is that of a row that time made. */
  readonly closed = (timeUs: number): void => this.#tell("time", timeUs);

  get hasAny(): boolean {
    return this.#told.length > 0;
  }

  /** A slice with so many rows was run. */
  ran(rows: number): void {
    if (rows > 0) this.#last = this.#last === rows - 1 ? -1 : -Infinity;
  }

  /** What failed in a slice with so many rows; of some failures it is told only how many they were. */
  take(rows: number): { readonly told: readonly Failure[]; readonly untold: number } {
    const taken = { told: this.#told, untold: this.#untold };
    this.ran(rows);
    this.#told = [];
    this.#untold = 0;
    return taken;
  }

  #tell(at: Failure["at"], place: number): void {
    this.flag[0] = 0;
    if (this.#told.length === MOST_TOLD) this.#untold++;
    else this.#told.push({ at, place, message: messageOf(this.#error).slice(0, MOST_TEXT) });
  }
}

function tooMany(last: unknown): RowError {
  return new RowError(
    "PLUGIN_TOO_MANY_ERRORS",
    `${MOST_IN_A_ROW} rows in a row could not be computed, the last because: ${messageOf(last)}`,
    last,
  );
}

/** A row that fails where nobody takes failures is thrown: nobody raises this flag. */
const NO_FLAG = new Int32Array(1);

/** What generated text calls when something cannot be computed, and where it tells of that. */
export function refusalsOf(foreign: ForeignValues, failures: RowFailures | undefined) {
  const checks = holeResults(foreign);
  if (!failures) {
    const nobody = () => {};
    const tells = { rowFailed: nobody, queryFailed: nobody, closedFailed: nobody };
    return { ...{ overflow, beyond, exact, UserStates, fails: NO_FLAG }, ...checks, ...tells };
  }
  const guarded = <A extends unknown[]>(call: (...args: A) => number) => failures.guard(call, NaN);
  const holeResult: typeof checks.holeResult = (type, result, hole) =>
    failures.guard(checks.holeResult, absent(type))(type, result, hole);
  return {
    ...{ overflow: guarded(overflow), beyond: guarded(beyond), exact: guarded(exact) },
    holeResultNumber: guarded(checks.holeResultNumber),
    holeResultBool: guarded(checks.holeResultBool),
    holeResultI32: guarded(checks.holeResultI32),
    holeResultI64: guarded(checks.holeResultI64),
    holeResultF32: guarded(checks.holeResultF32),
    holeResultTime: guarded(checks.holeResultTime),
    holeResult,
    UserStates: class extends UserStates {
      constructor(options: ConstructorParameters<typeof UserStates>[0]) {
        super({ ...options, failures });
      }
    },
    fails: failures.flag,
    rowFailed: failures.row,
    queryFailed: failures.query,
    closedFailed: failures.closed,
  };
}
