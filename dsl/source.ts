/**
 * The text a plugin's template is read from. It is the module's own text, so that every span is an offset
 * into the user's file; only where the template cannot be found there, the template alone stands in.
 */
import type { HoleDescription, PluginText } from "./template.ts";

/** A half-open range of offsets into `SourceText.text`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A `${…}` with its value. */
export interface Hole extends Span {
  readonly description: HoleDescription;
}

/** The template lies in `text` from `start` to `end`, both between the backticks. */
export interface SourceText extends Span {
  readonly file: string;
  readonly text: string;
  readonly holes: readonly Hole[];
  /** False when the template was not found in the module's text. */
  readonly located: boolean;
}

/** A place as editors count: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds a plugin's template in its module text. */
export function createSourceText(plugin: PluginText): SourceText {
  const text = plugin.text.replace(/\r\n?/g, "\n");
  const places = findTemplate(text, plugin);
  if (places === undefined) return createDetachedText(plugin);
  const { start, end, holes } = places;
  return { file: plugin.file, text, start, end, holes: describe(holes, plugin), located: true };
}

/** Line and column of an offset. */
export function positionOf(source: SourceText, offset: number): Position {
  const starts = lineStartsOf(source);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** The text of a line that counts from 1; empty where there is none. */
export function lineOf(source: SourceText, line: number): string {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return "";
  return source.text.slice(start, (starts[line] ?? source.text.length + 1) - 1);
}

const lineStarts = new WeakMap<SourceText, readonly number[]>();

function lineStartsOf(source: SourceText): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = source;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** The smallest span over two. */
export function joinSpans(first: Span, last: Span): Span {
  return { start: first.start, end: Math.max(first.end, last.end) };
}

interface TemplatePlaces extends Span {
  readonly holes: readonly Span[];
}

function findTemplate(text: string, plugin: PluginText): TemplatePlaces | undefined {
  const head = "`" + (plugin.raw[0] ?? "") + (plugin.raw.length > 1 ? "${" : "`");
  let found: TemplatePlaces | undefined;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, at + 1)) {
    const places = walkTemplate(text, plugin.raw, at + 1);
    if (places === undefined) continue;
    if (isTagged(text.slice(0, at), plugin.name)) return places;
    found ??= places;
  }
  return found;
}

function isTagged(before: string, name: string): boolean {
  const call = before.slice(-name.length - 200).trimEnd();
  return [`"${name}")`, `'${name}')`, `\`${name}\`)`].some((ending) => call.endsWith(ending));
}

function walkTemplate(
  text: string,
  raw: readonly string[],
  start: number,
): TemplatePlaces | undefined {
  const holes: Span[] = [];
  let at = start + (raw[0] ?? "").length;
  for (let index = 1; index < raw.length; index++) {
    const part = raw[index] ?? "";
    const tail = "}" + part + (index + 1 < raw.length ? "${" : "`");
    const close = findHoleEnd(text, tail, at + 2);
    if (close === undefined) return undefined;
    holes.push({ start: at, end: close + 1 });
    at = close + 1 + part.length;
  }
  return { start, end: at, holes };
}

/** The first place of `tail` that leaves the braces of the hole balanced, else its first place. */
function findHoleEnd(text: string, tail: string, from: number): number | undefined {
  const first = text.indexOf(tail, from);
  for (let at = first; at >= 0; at = text.indexOf(tail, at + 1)) {
    if (isBalanced(text.slice(from, at))) return at;
  }
  return first < 0 ? undefined : first;
}

function isBalanced(hole: string): boolean {
  return hole.split("{").length === hole.split("}").length;
}

function createDetachedText(plugin: PluginText): SourceText {
  const holes: Span[] = [];
  let text = plugin.raw[0] ?? "";
  for (const part of plugin.raw.slice(1)) {
    holes.push({ start: text.length, end: text.length + 4 });
    text += "${…}" + part;
  }
  return {
    file: plugin.file,
    text,
    start: 0,
    end: text.length,
    holes: describe(holes, plugin),
    located: false,
  };
}

function describe(holes: readonly Span[], plugin: PluginText): readonly Hole[] {
  return holes.map((span, index) => ({
    ...span,
    description: plugin.holes[index] ?? { kind: "other", text: "undefined" },
  }));
}
