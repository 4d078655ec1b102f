/**
 * Aggregates as text. `x` is a lane's value, never null here; `k` is the slot; `p` is a position of the row
 * store for windows that drop rows. An exact accumulator can undo an `add`; an inexact one rounds, so its
 * window restarts it from its own rows at every anchor.
 */
import type { AggregateCall } from "../typed_ast.ts";
import { quoteNumber } from "./quote.ts";
import type { StateWriter } from "./state.ts";

/** What aggregates need to keep of a lane. */
export type Part =
  | "n"
  | "sum"
  | "moments"
  | "min"
  | "max"
  | "first"
  | "last"
  | "sorted"
  | "distinct";

/** The parts a call reads. */
export function partsOf(call: AggregateCall): readonly Part[] {
  switch (call.name) {
    case "count":
      return ["n"];
    case "sum":
    case "avg":
    case "any":
    case "all":
      return ["n", "sum"];
    case "min":
    case "max":
    case "first":
    case "last":
      return [call.name];
    case "stddev":
    case "var":
    case "stddev_pop":
    case "var_pop":
      return ["n", "moments"];
    case "median":
    case "quantile":
      return ["sorted"];
    case "count_distinct":
      return ["distinct"];
  }
}

/** Texts of one part of one lane of one window. */
export interface Accumulator {
  readonly add: string;
  /** Undoes the oldest row's `add`; absent where nothing needs undoing. */
  readonly remove?: string;
  readonly reset: string;
}

export interface LaneState {
  readonly parts: ReadonlyMap<Part, Accumulator>;
  value(call: AggregateCall): string;
}

export function countPart(state: StateWriter): { accumulator: Accumulator; n: string } {
  const n = state.perSlot("n", "0", "Int32Array");
  return { n, accumulator: { add: `${n}[k]++;`, remove: `${n}[k]--;`, reset: `${n}[k] = 0;` } };
}

/** Knuth's two-sum: what each addition rounds away is kept in a second word. */
export function sumPart(state: StateWriter): { accumulator: Accumulator; s: string; c: string } {
  const s = state.perSlot("s", "0");
  const c = state.perSlot("c", "0");
  const step = (x: string) =>
    `{ const s = ${s}[k], y = ${x}, u = s + y, z = u - s; ${c}[k] += (s - (u - z)) + (y - z); ${s}[k] = u; }`;
  return {
    s,
    c,
    accumulator: { add: step("x"), remove: step("-x"), reset: `${s}[k] = 0; ${c}[k] = 0;` },
  };
}

/** First and second moments about a shift, which the window sets (`shift`) when it restarts or fills anew. */
export function shiftedMoments(state: StateWriter, n: string): {
  accumulator: Accumulator;
  shift: string;
  variance(n: string, population: boolean): string;
} {
  const shift = state.perSlot("b", "0");
  const s1 = state.perSlot("d", "0");
  const s2 = state.perSlot("e", "0");
  return {
    shift,
    accumulator: {
      add:
        `{ if (${n}[k] === 1) ${shift}[k] = x; const y = x - ${shift}[k]; ${s1}[k] += y; ${s2}[k] += y * y; }`,
      remove: `{ const y = x - ${shift}[k]; ${s1}[k] -= y; ${s2}[k] -= y * y; }`,
      reset: `${s1}[k] = 0; ${s2}[k] = 0;`,
    },
    variance: (n, population) =>
      `Math.max(0, (${s2}[k] - ${s1}[k] * ${s1}[k] / ${n}[k]) / (${n}[k]${
        population ? "" : " - 1"
      }))`,
  };
}

/** Welford's moments of the distance to the first value, for windows that only add: exact far from zero, too. */
export function welfordMoments(state: StateWriter, n: string): {
  accumulator: Accumulator;
  variance(n: string, population: boolean): string;
} {
  const origin = state.perSlot("b", "0");
  const mean = state.perSlot("d", "0");
  const m2 = state.perSlot("e", "0");
  return {
    accumulator: {
      add:
        `{ if (${n}[k] === 1) ${origin}[k] = x; const v = x - ${origin}[k], y = v - ${mean}[k]; ` +
        `const u = ${mean}[k] + y / ${n}[k]; ${m2}[k] += y * (v - u); ${mean}[k] = u; }`,
      reset: `${mean}[k] = 0; ${m2}[k] = 0;`,
    },
    variance: (n, population) => `${m2}[k] / (${n}[k]${population ? "" : " - 1"})`,
  };
}

/** All values in order, for exact quantiles. */
export function sortedPart(state: StateWriter): { accumulator: Accumulator; name: string } {
  const name = state.object("v", "new SortedValues()");
  return {
    name,
    accumulator: {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
    },
  };
}

/** How often each value occurs, for exact distinct counts. */
export function distinctPart(state: StateWriter): { accumulator: Accumulator; name: string } {
  const name = state.object("w", "new DistinctCounts()");
  return {
    name,
    accumulator: {
      add: `${name}.add(k, x);`,
      remove: `${name}.remove(k, x);`,
      reset: `${name}.clear(k);`,
    },
  };
}

/** The value of a call that reads counts, sums, moments or whole value sets; extremes are the window's. */
export function valueOf(
  call: AggregateCall,
  names: {
    n?: string;
    sum?: { s: string; c: string };
    variance?: (n: string, population: boolean) => string;
    sorted?: string;
    distinct?: string;
  },
): string {
  const { n, sum } = names;
  const total = sum ? `(${sum.s}[k] + ${sum.c}[k])` : "NaN";
  switch (call.name) {
    case "count":
      return `${n}[k]`;
    case "sum":
      return call.type.kind === "i64"
        ? `(${n}[k] > 0 ? exact(${total}) : 0)`
        : `(${n}[k] > 0 ? ${total} : 0)`;
    case "avg":
      return `(${n}[k] > 0 ? ${total} / ${n}[k] : NaN)`;
    case "any":
      return `(${n}[k] > 0 ? (${total} > 0 ? 1 : 0) : NaN)`;
    case "all":
      return `(${n}[k] > 0 ? (${total} === ${n}[k] ? 1 : 0) : NaN)`;
    case "stddev":
    case "stddev_pop":
    case "var":
    case "var_pop":
      return varianceValue(
        call,
        names.variance?.(n ?? "", call.name.endsWith("_pop")) ?? "NaN",
        n ?? "",
      );
    case "median":
      return `${names.sorted}.quantile(k, 0.5)`;
    case "quantile":
      return `${names.sorted}.quantile(k, ${quoteNumber(call.quantile ?? 0.5)})`;
    case "count_distinct":
      return `${names.distinct}.count(k)`;
    default:
      throw new RangeError(`Cannot write the value of "${call.name}": it belongs to its window`);
  }
}

function varianceValue(call: AggregateCall, variance: string, n: string): string {
  const least = call.name.endsWith("_pop") ? 0 : 1;
  const value = call.name.startsWith("stddev") ? `Math.sqrt(${variance})` : variance;
  return `(${n}[k] > ${least} ? ${value} : NaN)`;
}
