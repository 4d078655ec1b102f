/**
 * The canonical form of a template: one item a line unless a body was written on one line and fits,
 * columns aligned, comments and holes kept. Printing twice changes nothing.
 */
import type { Declaration } from "./ast.ts";
import { SyntaxNotes } from "./cursor.ts";
import { createReport, type Diagnostic } from "./diagnostic.ts";
import { parse } from "./parser.ts";
import { printDeclaration } from "./print_declaration.ts";
import { readElements } from "./print_elements.ts";
import { type Element, hasBlankLine } from "./print_line.ts";
import { createSourceText, type SourceText, type Span } from "./source.ts";
import type { PluginText } from "./template.ts";

export interface FormattedPlugin {
  /** The module's text with its template in canonical form; absent if the template has mistakes. */
  readonly text?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Formats the template inside a plugin's module; the rest of the module is left as it is. */
export function formatPlugin(plugin: PluginText): FormattedPlugin {
  const source = createSourceText(plugin);
  const diagnostics: Diagnostic[] = [];
  const report = createReport(source, diagnostics);
  if (!source.located) {
    report("E107", { start: 0, end: 0 }, "Cannot find the template in its module");
    return { diagnostics };
  }
  const notes = new SyntaxNotes();
  const { declarations } = parse(plugin.name, source, report, notes);
  if (diagnostics.length > 0) return { diagnostics };
  const elements = readElements(source, report, notes);
  const template = printUnits(cutUnits(source, { declarations, elements, notes }), source);
  return { text: replaceTemplate(plugin.text, source, template), diagnostics };
}

/** The module's own text around a new template, which keeps the line breaks of the old one. */
function replaceTemplate(text: string, { start, end }: Span, template: string): string {
  const [from, to] = [toWrittenOffset(text, start), toWrittenOffset(text, end)];
  const lineBreak = text.slice(from, to).includes("\r\n") ? "\r\n" : "\n";
  return text.slice(0, from) + template.replaceAll("\n", lineBreak) + text.slice(to);
}

/** A `SourceText` counts a CR LF as one character. */
function toWrittenOffset(text: string, offset: number): number {
  let written = offset;
  for (let at = text.indexOf("\r\n"); at >= 0 && at < written; at = text.indexOf("\r\n", at + 2)) {
    written++;
  }
  return written;
}

/** A declaration, or a comment between declarations. */
interface Unit extends Span {
  readonly kind: "declaration" | "comment";
  readonly lines: readonly string[];
}

const indent = "  ";

interface Parsed {
  readonly declarations: readonly Declaration[];
  readonly elements: readonly Element[];
  readonly notes: SyntaxNotes;
}

function cutUnits(
  source: SourceText,
  { declarations, elements, notes }: Parsed,
): readonly Unit[] {
  const units: Unit[] = [];
  for (const declaration of declarations) {
    const { start, end } = declaration;
    const inside = elements.filter((each) => each.start >= start && each.end <= end);
    const body = notes.bodies.find((span) => span.start >= start && span.end <= end) ?? declaration;
    const lines = printDeclaration(source, { declaration, body, elements: inside });
    units.push({ kind: "declaration", lines, start, end });
  }
  const outside = elements.filter((element) =>
    !units.some(({ start, end }) => element.start >= start && element.end <= end)
  );
  for (const comment of outside) {
    const { start, end } = comment;
    const owner = units.find((unit) => unit.end <= start && isTrailing(source, unit, comment));
    if (owner === undefined) {
      units.push({ kind: "comment", lines: [indent + comment.text], start, end });
      continue;
    }
    const lines = [...owner.lines.slice(0, -1), `${owner.lines.at(-1) ?? ""} ${comment.text}`];
    units[units.indexOf(owner)] = { ...owner, lines, end };
  }
  return units.sort((a, b) => a.start - b.start);
}

function isTrailing(source: SourceText, unit: Unit, comment: Element): boolean {
  if (unit.kind !== "declaration" || comment.startsLine) return false;
  return !source.text.slice(unit.end, comment.start).includes("\n");
}

function printUnits(units: readonly Unit[], source: SourceText): string {
  const lines: string[] = [""];
  units.forEach((unit, index) => {
    const before = units[index - 1];
    if (before !== undefined && needsGap(before, units.slice(index), source)) lines.push("");
    lines.push(...unit.lines);
  });
  return `${lines.join("\n")}\n`;
}

/** Declarations of several lines stand apart; other gaps are the writer's. */
function needsGap(before: Unit, rest: readonly Unit[], source: SourceText): boolean {
  const [unit] = rest;
  if (unit === undefined) return false;
  if (hasBlankLine(source.text.slice(before.end, unit.start))) return true;
  if (before.kind === "comment") return false;
  const next = rest.find(({ kind }) => kind === "declaration");
  return before.lines.length > 1 || (next !== undefined && next.lines.length > 1);
}
