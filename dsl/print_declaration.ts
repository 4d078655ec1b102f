/** Lines of one declaration: a head, its items, and what closes it. */
import type { ColumnNode, Declaration } from "./ast.ts";
import { type Element, hasBlankLine, isComment, joinTokens, printRun } from "./print_line.ts";
import type { SourceText, Span } from "./source.ts";

const maximumWidth = 100;
/** Columns longer than this are not aligned with the others. */
const maximumAligned = 80;

/** Prints a declaration from its tokens and comments. */
export function printDeclaration(
  source: SourceText,
  declaration: Declaration,
  elements: readonly Element[],
): readonly string[] {
  const open = elements.findIndex((element) => !isComment(element) && element.text === "{");
  const close = findClose(elements, open);
  const body = source.text.slice(elements[open]?.start, elements[close]?.end);
  if (!body.includes("\n") && !elements.some(isComment)) {
    const line = "  " + joinTokens(elements);
    if (line.length <= maximumWidth) return [line];
  }
  const rows = cutRows(declaration, elements.slice(open + 1, close));
  const head = printRun(elements.slice(0, open + 1), "  ");
  const lines = [...head];
  const widths = alignColumns(declaration, rows);
  let last = elements[open]?.end ?? 0;
  for (const row of rows) {
    const start = row[0]?.start ?? last;
    if (row.length === 1 && row.every(isComment) && !row[0]?.startsLine) {
      lines.push(`${lines.pop() ?? ""} ${row[0]?.text ?? ""}`);
    } else {
      if (lines.length > head.length && hasBlankLine(source.text.slice(last, start))) {
        lines.push("");
      }
      lines.push(...printRow(row, declaration, widths));
    }
    last = row.at(-1)?.end ?? last;
  }
  return [...lines, ...printRun(elements.slice(close), "  ")];
}

type Row = readonly Element[];

/** Items as runs of elements, comments between them as rows of their own, separating commas gone. */
function cutRows(declaration: Declaration, elements: readonly Element[]): readonly Row[] {
  const items: readonly Span[] = declaration.kind === "feature"
    ? declaration.statements
    : declaration.columns;
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

function printRow(row: Row, declaration: Declaration, widths: Widths): readonly string[] {
  const cells = cellsOf(row, declaration);
  if (cells === undefined) return printRun(row, "    ");
  const [name, type, rest] = cells;
  if (rest === "") return [`    ${name.padEnd(widths.name)} ${type}`];
  return [`    ${name.padEnd(widths.name)} ${type.padEnd(widths.type)} ${rest}`];
}

interface Widths {
  readonly name: number;
  readonly type: number;
}

function alignColumns(declaration: Declaration, rows: readonly Row[]): Widths {
  const cells = rows.map((row) => cellsOf(row, declaration)).filter((each) => each !== undefined);
  return {
    name: Math.max(0, ...cells.map(([name]) => name.length)),
    type: Math.max(0, ...cells.filter(([, , rest]) => rest !== "").map(([, type]) => type.length)),
  };
}

/** Name, type and rest of a column that is short enough to be aligned. */
function cellsOf(row: Row, declaration: Declaration): [string, string, string] | undefined {
  if (declaration.kind === "feature" || row.some(isComment)) return undefined;
  if (joinTokens(row).length > maximumAligned) return undefined;
  const node: ColumnNode | undefined = declaration.columns.find(({ start }) =>
    start === row[0]?.start
  );
  const rest = row.findIndex(({ text, start }) =>
    text === "=" || node?.roles.some((role) => role.start === start)
  );
  const end = rest < 0 ? row.length : rest;
  return [joinTokens(row.slice(0, 1)), joinTokens(row.slice(1, end)), joinTokens(row.slice(end))];
}

function findClose(elements: readonly Element[], open: number): number {
  let depth = 0;
  for (let index = open; index < elements.length; index++) {
    const element = elements[index];
    if (element === undefined || isComment(element)) continue;
    if (element.text === "{") depth++;
    if (element.text === "}" && --depth === 0) return index;
  }
  return elements.length - 1;
}
