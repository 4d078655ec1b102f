/** Text to tokens. A mistake is reported and skipped; the tokens always end with one of kind `end`. */
import type { Report } from "./diagnostic.ts";
import { parseDuration } from "./duration.ts";
import type { SourceText, Span } from "./source.ts";
import { type Comment, punctuation, type Token } from "./token.ts";

export interface LexedText {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

/** Cuts a template into tokens and comments. */
export function lex(source: SourceText, report: Report): LexedText {
  const state = new LexerState(source, report);
  while (state.at < source.end) lexNext(state);
  state.push({ kind: "end" }, source.end);
  return { tokens: state.tokens, comments: state.comments };
}

/** What a token adds to the place and flags that the state knows. */
type TokenPart = Token extends infer Each
  ? Each extends Token ? Omit<Each, "start" | "end" | "text" | "startsLine" | "doc"> : never
  : never;

class LexerState {
  readonly tokens: Token[] = [];
  readonly comments: Comment[] = [];
  at: number;
  holes = 0;
  startsLine = true;
  docs: string[] = [];

  constructor(readonly source: SourceText, readonly report: Report) {
    this.at = source.start;
  }

  push(part: TokenPart, end: number): void {
    const span = { start: this.at, end };
    const text = this.source.text.slice(this.at, end);
    const doc = this.docs.length > 0 ? { doc: this.docs.join("\n") } : {};
    this.tokens.push({ ...part, ...span, text, startsLine: this.startsLine, ...doc });
    this.at = end;
    this.startsLine = false;
    this.docs = [];
  }

  /** The match of a sticky expression here, cut off where the next hole or the template ends. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const text = pattern.exec(this.source.text)?.[0];
    return text?.slice(0, this.#limit() - this.at);
  }

  #limit(): number {
    return this.source.holes[this.holes]?.start ?? this.source.end;
  }
}

function lexNext(state: LexerState): void {
  const hole = state.source.holes[state.holes];
  if (hole !== undefined && state.at === hole.start) {
    state.push({ kind: "hole", hole, index: state.holes++ }, hole.end);
    return;
  }
  const first = state.source.text[state.at] ?? "";
  if (first === "\n") {
    state.startsLine = true;
    state.at++;
  } else if (/\s/.test(first)) state.at++;
  else if (state.match(/\/\//y) === "//") lexComment(state);
  else if (/[\p{L}_]/u.test(first)) lexName(state);
  else if (/[0-9]/.test(first)) lexNumber(state);
  else if (first === '"') lexString(state);
  else lexPunctuation(state);
}

/** A hole inside a comment belongs to the comment. */
function lexComment(state: LexerState): void {
  const { source, at, startsLine } = state;
  let end = lineEnd(source, at);
  let hole = source.holes[state.holes];
  while (hole !== undefined && hole.start < end) {
    end = lineEnd(source, hole.end);
    hole = source.holes[++state.holes];
  }
  const text = source.text.slice(at, end).trimEnd();
  state.comments.push({ kind: "comment", start: at, end, text, startsLine });
  if (text.startsWith("///")) state.docs.push(text.slice(3).trim());
  state.at = end;
}

function lineEnd(source: SourceText, from: number): number {
  const newline = source.text.indexOf("\n", from);
  return newline < 0 ? source.end : Math.min(newline, source.end);
}

function lexName(state: LexerState): void {
  const text = state.match(/[\p{L}_][\p{L}\p{N}_]*/uy) ?? "";
  if (!/^[A-Za-z0-9_]*$/.test(text)) {
    const hint = "names are made of the letters a to z, digits and _";
    state.report("E101", spanOf(state, text.length), `Cannot read the name "${text}"`, hint);
  }
  state.push({ kind: "name" }, state.at + Math.max(1, text.length));
}

function lexNumber(state: LexerState): void {
  const text = state.match(/\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?[A-Za-z_]*/y) ?? "0";
  const end = state.at + text.length;
  const micros = parseDuration(text);
  if (micros !== undefined) return state.push({ kind: "duration", value: micros }, end);
  const value = Number(text.replaceAll("_", ""));
  if (!Number.isFinite(value)) {
    const hint = "numbers look like 10_000, 0.5 or 1e-3, durations like 500us 20ms 5s 1m 2h 7d";
    state.report("E103", spanOf(state, text.length), `Cannot read the number "${text}"`, hint);
    return state.push({ kind: "number", value: 0, integer: true }, end);
  }
  const integer = /^[\d_]+$/.test(text) && Number.isSafeInteger(value);
  state.push({ kind: "number", value, integer }, end);
}

function lexString(state: LexerState): void {
  const text = state.match(/"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/y) ?? '"';
  const value = text.length > 1 && text.endsWith('"') ? decodeString(text) : undefined;
  if (value === undefined) {
    const hint = 'close it with " on the same line; write \\" and \\\\ for these characters';
    state.report("E102", spanOf(state, text.length), "Cannot read the string", hint);
  }
  state.push({ kind: "string", value: value ?? "" }, state.at + text.length);
}

function decodeString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/\\([`$])/g, "$1"));
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Habits from other languages, and what is written here. */
const foreignWords = {
  "&&": "and",
  "||": "or",
  "!": "not",
  "===": "==",
  "'": '"',
  ";": "a new line",
} as const;

function lexPunctuation(state: LexerState): void {
  const { text } = state.source;
  const foreign = Object.entries(foreignWords).find(([word]) =>
    text.startsWith(word, state.at) && !text.startsWith("!=", state.at)
  );
  if (foreign === undefined) {
    const known = punctuation.find((word) => text.startsWith(word, state.at));
    if (known !== undefined) return state.push({ kind: "punctuation" }, state.at + known.length);
  }
  const found = foreign?.[0] ?? String.fromCodePoint(text.codePointAt(state.at) ?? 32);
  const hint = foreign === undefined ? undefined : `write ${foreign[1]}`;
  if (found === ";") state.startsLine = true;
  state.report("E101", spanOf(state, found.length), `Cannot read the character "${found}"`, hint);
  state.at += found.length;
}

function spanOf(state: LexerState, length: number): Span {
  return { start: state.at, end: state.at + Math.max(1, length) };
}
