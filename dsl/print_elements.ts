/** Tokens and comments of a template in order, with what the parser noted about them. */
import type { SyntaxNotes } from "./cursor.ts";
import type { Report } from "./diagnostic.ts";
import { lex } from "./lexer.ts";
import { type Element, isComment } from "./print_line.ts";
import type { SourceText, Span } from "./source.ts";

/** Reads the elements of a template that parses; fields of a struct that share no line get commas. */
export function readElements(
  source: SourceText,
  report: Report,
  notes: SyntaxNotes,
): readonly Element[] {
  const { tokens, comments } = lex(source, report);
  const outermost = outermostOf(notes.types);
  const signs = new Set(notes.signs);
  const elements = [...tokens.filter(({ kind }) => kind !== "end"), ...comments]
    .sort((a, b) => a.start - b.start)
    .map((element) =>
      isComment(element) ? element : { ...element, isSign: signs.has(element.start) }
    );
  let place = 0;
  const marked = elements.map((element): Element => {
    while ((outermost[place]?.end ?? Infinity) <= element.start) place++;
    const type = outermost[place];
    const inType = type !== undefined && element.start >= type.start;
    return inType && !isComment(element) ? { ...element, inType } : element;
  });
  return separateFields(marked);
}

/** Spans in order, without those inside others. */
function outermostOf(spans: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (span.start >= (found.at(-1)?.end ?? -1)) found.push(span);
  }
  return found;
}

/** Inside the braces of a struct a line break separates fields as a comma does. */
function separateFields(elements: readonly Element[]): readonly Element[] {
  const printed: Element[] = [];
  const open: string[] = [];
  let last = -1;
  for (const element of elements) {
    if (isComment(element)) {
      printed.push(element);
      continue;
    }
    const before = printed[last];
    if (open.at(-1) === "{" && before !== undefined && needsComma(before, element)) {
      const { start, end } = before;
      const comma = { kind: "punctuation", text: ",", startsLine: false, inType: true } as const;
      printed.splice(last + 1, 0, { ...comma, start, end });
    }
    if (element.inType && ["{", "<"].includes(element.text)) open.push(element.text);
    if (element.inType && ["}", ">"].includes(element.text)) open.pop();
    last = printed.push(element) - 1;
  }
  return printed;
}

function needsComma(before: Element, element: Element): boolean {
  if (isComment(element) || !element.inType || !startsLineIn(element)) return false;
  return element.kind === "name" && ![",", "{", "<", "|"].includes(before.text);
}

function startsLineIn({ startsLine }: Element): boolean {
  return startsLine;
}
