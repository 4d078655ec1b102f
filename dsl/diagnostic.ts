/** Mistakes in a plugin: what is wrong, where, and what was probably meant. */
import { lineOf, positionOf, type SourceText, type Span } from "./source.ts";

/** One mistake. Codes are stable; places count from 1. */
export interface Diagnostic {
  /** `E1xx` text, `E2xx` names, `E3xx` types, `E4xx` windows, `E5xx` declarations, `E6xx` joins, `E7xx` holes and requests; all are in `diagnostic_codes.ts`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Where; absent when the mistake is in a request, not in a text. */
  readonly place?: Place;
}

/** A range of a user's file. */
export interface Place extends Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The line with a marker under the range. */
  readonly frame: string;
}

/** What a pass calls to report a mistake; it always gives undefined, so that callers may return it. */
export type Report = (code: string, span: Span, message: string, hint?: string) => undefined;

/** A report that appends to a list, each mistake once. */
export function createReport(source: SourceText, diagnostics: Diagnostic[]): Report {
  const known = knownIn(diagnostics);
  return (code, span, message, hint) => {
    const key = `${code} ${source.file} ${span.start} ${message}`;
    if (!known.has(key)) {
      known.add(key);
      const place = createPlace(source, span);
      diagnostics.push({ code, message, ...(hint === undefined ? {} : { hint }), place });
    }
    return undefined;
  };
}

const reported = new WeakMap<readonly Diagnostic[], Set<string>>();

function knownIn(diagnostics: readonly Diagnostic[]): Set<string> {
  const known = reported.get(diagnostics) ?? new Set();
  reported.set(diagnostics, known);
  return known;
}

/** The diagnostic as a terminal shows it. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { code, message, hint, place } = diagnostic;
  const head = place === undefined
    ? `error ${code}: ${message}`
    : `${place.file}:${place.line}:${place.column}: error ${code}: ${message}`;
  const frame = place === undefined ? [] : [place.frame];
  return [head, ...frame, ...(hint === undefined ? [] : [`  hint: ${hint}`])].join("\n");
}

/** A hint with the nearest of the right names, or undefined if none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 2.5));
  let best: { readonly text: string; readonly distance: number } | undefined;
  for (const text of candidates) {
    const distance = editDistance(name.toLowerCase(), text.toLowerCase());
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { text, distance };
  }
  return best === undefined ? undefined : `did you mean "${best.text}"?`;
}

/** The names in a sentence: `"a", "b" and "c"`. */
export function listNames(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

function createPlace(source: SourceText, wanted: Span): Place {
  const start = Math.min(wanted.start, source.text.length);
  const end = Math.min(Math.max(wanted.end, start), source.text.length);
  const from = positionOf(source, start);
  const to = positionOf(source, end);
  return {
    file: source.file,
    start,
    end,
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
    frame: renderFrame(source, { start, end }),
  };
}

const contextLines = 1;
/** Of a longer line a frame shows a part: this much before the place, and as much again after it. */
const shownBefore = 120;

function renderFrame(source: SourceText, span: Span): string {
  const { line, column } = positionOf(source, span.start);
  const end = positionOf(source, span.end);
  const width = String(line + contextLines).length;
  const from = Math.max(0, column - 1 - shownBefore);
  const lineText = shownPart(lineOf(source, line), from);
  const stop = end.line === line ? Math.min(end.column - from, lineText.length + 1) : undefined;
  const blanks = lineText.slice(0, column - 1 - from).replace(/[^\t]/g, " ");
  const marked = (stop ?? lineText.length + 1) - (column - from);
  const marker = blanks + "^".repeat(Math.max(1, marked));
  const shown: string[] = [];
  for (let number = Math.max(1, line - contextLines); number <= line; number++) {
    const text = number === line ? lineText : shownPart(lineOf(source, number), from);
    shown.push(`  ${String(number).padStart(width)} | ${text}`.trimEnd());
  }
  shown.push(`  ${" ".repeat(width)} | ${marker}`);
  return shown.join("\n");
}

function shownPart(line: string, from: number): string {
  return line.slice(from, from + 2 * shownBefore);
}

/** Letters to insert, delete, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let earlier: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (earlier[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [earlier, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
