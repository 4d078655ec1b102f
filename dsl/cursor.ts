/** The parser's place among the tokens: look, take, and give up on a rule with a diagnostic. */
import type { Identifier } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { joinSpans, type Span } from "./source.ts";
import { describeToken, reservedWords, type Token } from "./token.ts";

/** Thrown after a report to leave a rule; caught where parsing can go on. Never leaves the parser. */
export class ParseStop extends Error {}

/** Rules nested deeper, and expressions of more parts, are refused, so that no text exhausts the stack. */
const maximumDepth = 200;
const maximumParts = 1000;

/** Places the tree does not keep and the formatter asks for. */
export class SyntaxNotes {
  /** Types as written. */
  readonly types: Span[] = [];
  /** Braces of declarations, with what is between them. */
  readonly bodies: Span[] = [];
  /** Starts of minus signs that are no differences. */
  readonly signs: number[] = [];
}

export class TokenCursor {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  #parts = 0;
  /** Inside a source's column a line break ends the expression. */
  endsAtLine = false;

  constructor(
    tokens: readonly Token[],
    readonly report: Report,
    readonly notes: SyntaxNotes = new SyntaxNotes(),
  ) {
    this.#tokens = tokens;
  }

  get index(): number {
    return this.#index;
  }

  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#index + ahead, last)] ?? lastOf(this.#tokens);
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** True at one of these words or signs. */
  at(...texts: readonly string[]): boolean {
    return this.isAt(0, ...texts);
  }

  isAt(ahead: number, ...texts: readonly string[]): boolean {
    const token = this.peek(ahead);
    return (token.kind === "name" || token.kind === "punctuation") && texts.includes(token.text);
  }

  /** Takes the word or sign if it is next. */
  take(text: string): Token | undefined {
    return this.at(text) ? this.next() : undefined;
  }

  expect(text: string, purpose: string): Token {
    return this.take(text) ?? this.fail(`"${text}" ${purpose}`);
  }

  /** rule: name that is not a reserved word */
  expectName(what: string): Identifier {
    const token = this.peek();
    if (token.kind !== "name") return this.fail(what);
    this.next();
    if (reservedWords.has(token.text)) {
      const hint = `"${token.text}" is a word of the language; choose another name`;
      this.report("E105", token, `Cannot use "${token.text}" as ${what}`, hint);
    }
    return { name: token.text, start: token.start, end: token.end };
  }

  /** Reports what was expected here and leaves the rule. */
  fail(expected: string, hint?: string): never {
    const token = this.peek();
    const place = token.kind === "end" ? this.last() : token;
    this.report("E104", place, `Expected ${expected}, found ${describeToken(token)}`, hint);
    throw new ParseStop();
  }

  /** The token before this place. */
  last(): Token {
    return this.#tokens[this.#index - 1] ?? this.peek();
  }

  /** From a first token or node to the last token taken. */
  spanFrom(first: Span): Span {
    return joinSpans(first, this.last());
  }

  /** True where a column's expression ends with its line. */
  endsHere(): boolean {
    return this.endsAtLine && this.peek().startsLine;
  }

  /** At one of these words, on a line that still belongs to the expression. */
  continues(...words: readonly string[]): boolean {
    return this.at(...words) && !this.endsHere();
  }

  /** Takes the word if the expression goes on with it. */
  takeWord(word: string): Token | undefined {
    return this.continues(word) ? this.next() : undefined;
  }

  /** Runs a rule inside brackets, where line breaks end nothing. */
  withinLines<Result>(rule: () => Result): Result {
    const outer = this.endsAtLine;
    this.endsAtLine = false;
    try {
      return rule();
    } finally {
      this.endsAtLine = outer;
    }
  }

  /** Runs a rule one level deeper. */
  nested<Result>(
    rule: () => Result,
    what = "a simpler expression",
    hint: string | undefined = "split it with let",
  ): Result {
    if (this.#depth >= maximumDepth) return this.fail(what, hint);
    if (this.#depth === 0) this.#parts = 0;
    this.countPart();
    this.#depth++;
    try {
      return rule();
    } finally {
      this.#depth--;
    }
  }

  /** Counts one more operator or nested rule of the expression at hand. */
  countPart(): void {
    if (++this.#parts > maximumParts) this.fail("a shorter expression", "split it with let");
  }
}

function lastOf(tokens: readonly Token[]): Token {
  const token = tokens[tokens.length - 1];
  if (token === undefined) throw new TypeError("Cannot read tokens: there is no end token");
  return token;
}
