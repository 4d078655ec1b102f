/** Lines of one declaration: a head, its items, and what closes it. */
import type { Declaration } from "./ast.ts";
import { alignRows, type Row } from "./print_aligned.ts";
import { type Element, hasBlankLine, isComment, joinTokens, printRun } from "./print_line.ts";
import type { SourceText, Span } from "./source.ts";

const maximumWidth = 100;

/** A declaration with its braces, tokens and comments. */
export interface DeclarationParts {
  readonly declaration: Declaration;
  readonly body: Span;
  readonly elements: readonly Element[];
}

/** Prints a declaration from its tokens and comments. */
export function printDeclaration(
  source: SourceText,
  { declaration, body, elements }: DeclarationParts,
): readonly string[] {
  const open = elements.findIndex(({ start }) => start === body.start);
  const close = elements.findIndex(({ end, text }) => end === body.end && text === "}");
  if (!source.text.slice(body.start, body.end).includes("\n") && !elements.some(isComment)) {
    const line = "  " + joinTokens(elements);
    if (line.length <= maximumWidth) return [line];
  }
  const rows = alignRows(declaration, cutRows(declaration, elements.slice(open + 1, close)));
  const head = printRun(elements.slice(0, open + 1), "  ");
  const lines = [...head];
  let last = elements[open]?.end ?? 0;
  for (const row of rows) {
    const start = row[0]?.start ?? last;
    if (row.length === 1 && row.every(isComment) && !row[0]?.startsLine) {
      lines.push(`${lines.pop() ?? ""} ${row[0]?.text ?? ""}`);
    } else {
      if (lines.length > head.length && hasBlankLine(source.text.slice(last, start))) {
        lines.push("");
      }
      lines.push(...printRun(row, "    "));
    }
    last = row.at(-1)?.end ?? last;
  }
  return [...lines, ...printRun(elements.slice(close), "  ")];
}

/** Items as runs of elements, comments between them as rows of their own, separating commas gone. */
function cutRows(declaration: Declaration, elements: readonly Element[]): readonly Row[] {
  const items = itemsOf(declaration);
  const rows: Element[][] = [];
  let current: Span | undefined;
  for (const element of elements) {
    const item = items.find(({ start, end }) => element.start >= start && element.end <= end);
    if (item !== undefined && item === current) rows.at(-1)?.push(element);
    else if (item !== undefined || isComment(element)) rows.push([element]);
    current = item ?? current;
  }
  return rows;
}

function itemsOf(declaration: Declaration): readonly Span[] {
  if (declaration.kind !== "feature") return declaration.columns;
  return declaration.fields ?? declaration.statements;
}
