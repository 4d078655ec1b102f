/** Typed pieces of random plugin text, and how exactly two right evaluators must agree on each. */

export type TermType = "int" | "float" | "bool" | "text" | "side" | "time" | "duration";

/**
 * `exact`: equal, and so are sums of such numbers in any order; `same`: equal;
 * `close`: equal up to rounding, so nothing may jump on it (no comparison, no divisor, no floor).
 */
export type Precision = "exact" | "same" | "close";

export interface Term {
  readonly text: string;
  readonly type: TermType;
  readonly precision: Precision;
}

const RANK: Readonly<Record<Precision, number>> = { exact: 0, same: 1, close: 2 };

export function isWithin(precision: Precision, limit: Precision): boolean {
  return RANK[precision] <= RANK[limit];
}

export function worst(...precisions: readonly Precision[]): Precision {
  return precisions.reduce((a, b) => RANK[a] >= RANK[b] ? a : b, "exact");
}

export function isNumber(term: Term): boolean {
  return term.type === "int" || term.type === "float";
}

/** The type of arithmetic on both. */
export function numberType(...terms: readonly Term[]): TermType {
  return terms.every((term) => term.type === "int") ? "int" : "float";
}
