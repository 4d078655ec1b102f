/** The words of the language. */
import type { Hole, Span } from "./source.ts";

export type Token =
  | TokenOf<"name">
  | TokenOf<"punctuation">
  | TokenOf<"end">
  /** `integer`: written without a fraction or exponent, and exact. */
  | (TokenOf<"number"> & { readonly value: number; readonly integer: boolean })
  /** In microseconds. */
  | (TokenOf<"duration"> & { readonly value: number })
  | (TokenOf<"string"> & { readonly value: string })
  | (TokenOf<"hole"> & { readonly hole: Hole; readonly index: number });

interface TokenOf<Kind extends string> extends Span {
  readonly kind: Kind;
  /** As written. */
  readonly text: string;
  /** A line break stands before it. */
  readonly startsLine: boolean;
  /** The `///` lines right before it. */
  readonly doc?: string;
}

/** A `//` or `///` comment, for the formatter. */
export interface Comment extends Span {
  readonly kind: "comment";
  readonly text: string;
  /** Nothing but blanks stands before it on its line. */
  readonly startsLine: boolean;
}

/** Words that cannot name a column, parameter or `let`. */
export const reservedWords: ReadonlySet<string> = new Set([
  "and",
  "as",
  "or",
  "not",
  "in",
  "if",
  "then",
  "else",
  "true",
  "false",
  "null",
  "let",
  "over",
  "where",
  "per",
]);

/** Longest first. */
export const punctuation: readonly string[] = [
  "==",
  "!=",
  "<=",
  ">=",
  "??",
  ..."{}()[],=<>+-*/%|:.",
];

/** How a message names a token. */
export function describeToken(token: Token): string {
  if (token.kind === "end") return "the end of the template";
  if (token.kind === "hole") return "a ${…} hole";
  return `"${token.kind === "string" ? token.value : token.text}"`;
}
