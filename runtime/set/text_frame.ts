/** The picture of a place in a text: its line with a caret row beneath. */
import type { TextSpan } from "./yaml_text.ts";

/** One-based. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

const WIDTH = 100;

export function placeOf(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** Line number and source line, then carets under the part of the span that is on this line. */
export function drawFrame(text: string, span: TextSpan): string {
  const { line, column } = placeOf(text, span.start);
  const source = (text.split("\n")[line - 1] ?? "").trimEnd().replaceAll("\t", " ");
  const shift = Math.max(0, Math.min(column - 1 - WIDTH / 2, source.length - WIDTH));
  const shown = source.slice(shift, shift + WIDTH);
  const from = column - 1 - shift;
  const length = Math.max(1, Math.min(span.end - span.start, shown.length - from));
  const label = String(line);
  return `${label} | ${shown}\n${" ".repeat(label.length)} | ${" ".repeat(from)}${
    "^".repeat(length)
  }`;
}
