/** Typed pieces of random plugin text, and how exactly two right evaluators must agree on each. */
import type { Closeness } from "./case.ts";

/** `big`: a 64-bit integer that may be beyond 2^53 - 1; `nested`: a list, map, struct or vector. */
export type TermType =
  | "int"
  | "float"
  | "bool"
  | "text"
  | "side"
  | "time"
  | "duration"
  | "big"
  | "nested";

/**
 * `exact`: equal, and so are sums of such numbers in any order; `same`: equal; all others: near each other,
 * so nothing may jump on it (no comparison, no divisor, no floor).
 */
export type Precision = "exact" | "same" | Closeness;

export interface Term {
  readonly text: string;
  readonly type: TermType;
  readonly precision: Precision;
  /** What can be read of a nested value; `@` in the text stands for it. */
  readonly parts?: readonly Term[];
}

const RANK: Readonly<Record<Precision, number>> = {
  exact: 0,
  same: 1,
  close: 2,
  rough: 3,
  counted: 4,
  approximate: 5,
};

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

/** What can be read of nested terms, however deep. */
export function partsOf(terms: readonly Term[]): readonly Term[] {
  return terms.flatMap((term) => {
    const parts = (term.parts ?? []).map((part) => ({
      ...part,
      text: part.text.replaceAll("@", term.text),
    }));
    return [...parts, ...partsOf(parts)];
  });
}

function length(precision: Precision = "exact"): Term {
  return { text: "length(@)", type: "int", precision };
}

/** A list whose elements are like the term. */
export function listOf(element: Term): Pick<Term, "type" | "precision" | "parts"> {
  const { type, precision, parts } = element;
  const at = (index: string): Term => ({
    text: `@[${index}]`,
    type,
    precision,
    ...(parts === undefined ? {} : { parts }),
  });
  const isSummable = type === "float" && isWithin(precision, "close");
  return {
    type: "nested",
    precision,
    parts: [
      at("0"),
      at("-1"),
      at("7"),
      length(),
      ...(isSummable
        ? [
          { text: "sum_list(@)", type: "float", precision: worst("same", precision) } as const,
          { text: "max_list(@)", type: "float", precision } as const,
          { text: "min_list(@)", type: "float", precision } as const,
        ]
        : []),
    ],
  };
}

/** A map by `keys`, texts of literals, to values like the term. */
export function mapOf(
  key: Term,
  keys: readonly string[],
  value: Term,
): Pick<Term, "type" | "precision" | "parts"> {
  const { text: _text, ...of } = value;
  return {
    type: "nested",
    precision: value.precision,
    parts: [
      ...keys.map((literal): Term => ({ ...of, text: `@[${literal}]` })),
      length(),
      { ...listOf(key), text: "keys(@)" },
      { ...listOf(value), text: "values(@)" },
    ],
  };
}

/** A struct of the fields, named as in the terms. */
export function structOf(fields: readonly Term[]): Pick<Term, "type" | "precision" | "parts"> {
  return {
    type: "nested",
    precision: worst(...fields.map(({ precision }) => precision)),
    parts: fields.map((field) => ({ ...field, text: `@.${field.text}` })),
  };
}
