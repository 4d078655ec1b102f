/**
 * The canonical form of a template: one item a line unless a body was written on one line and fits,
 * columns aligned, comments and holes kept. Printing twice changes nothing.
 */
import type { Declaration } from "./ast.ts";
import { createReport, type Diagnostic } from "./diagnostic.ts";
import { lex } from "./lexer.ts";
import { parse } from "./parser.ts";
import { printDeclaration } from "./print_declaration.ts";
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
  const { declarations } = parse(plugin.name, source, report);
  if (diagnostics.length > 0) return { diagnostics };
  const { tokens, comments } = lex(source, report);
  const elements = [...tokens.filter(({ kind }) => kind !== "end"), ...comments].sort((a, b) =>
    a.start - b.start
  );
  const template = printUnits(cutUnits(source, declarations, elements), source);
  const { text, start, end } = source;
  return { text: text.slice(0, start) + template + text.slice(end), diagnostics };
}

/** A declaration, or a comment between declarations. */
interface Unit extends Span {
  readonly kind: "declaration" | "comment";
  readonly lines: readonly string[];
}

const indent = "  ";

function cutUnits(
  source: SourceText,
  declarations: readonly Declaration[],
  elements: readonly Element[],
): readonly Unit[] {
  const units: Unit[] = [];
  for (const declaration of declarations) {
    const { start, end } = declaration;
    const inside = elements.filter((each) => each.start >= start && each.end <= end);
    const lines = printDeclaration(source, declaration, inside);
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
