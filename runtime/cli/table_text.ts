/** Tables for the terminal. */
import { paint, visibleLength } from "./style.ts";
import { printLine, type TextStream } from "./terminal.ts";

export interface TableColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** Cut to the room that the others leave, before the table is split. */
  readonly gives?: boolean;
}

const GAP = "  ";
const MIN_WIDTH = 4;
const MIN_GIVEN = 16;
const CUT = "…";

/** Prints a table, or the words for an empty one. */
export function printTable(
  stream: TextStream,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  empty: string,
): void {
  const lines = rows.length === 0 ? [empty] : tableLines(stream, columns, rows);
  for (const line of lines) printLine(stream, line);
}

/**
 * Lines of a table: a head and one line a row. What is wider than the stream is shown as further
 * tables below, each with the first column again.
 */
export function tableLines(
  stream: TextStream,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columnWidths(stream, columns, rows);
  return splitColumns(widths, stream.columns).flatMap((part, number) => [
    ...(number === 0 ? [] : [""]),
    paint(
      stream,
      "bold",
      line(part, (index) => fit(columns, widths, index, columns[index]?.title ?? "")),
    ),
    ...rows.map((row) => line(part, (index) => fit(columns, widths, index, row[index] ?? ""))),
  ]);
}

function columnWidths(
  stream: TextStream,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): number[] {
  const natural = columns.map(({ title }, index) =>
    Math.max(MIN_WIDTH, title.length, ...rows.map((row) => visibleLength(row[index] ?? "")))
  );
  const excess = natural.reduce((sum, width) => sum + width + GAP.length, -GAP.length) -
    stream.columns;
  return natural.map((width, index) => {
    const canGive = columns[index]?.gives === true && excess > 0 && width - excess >= MIN_GIVEN;
    return Math.min(
      canGive ? width - excess : width,
      Math.max(MIN_WIDTH, stream.columns - GAP.length),
    );
  });
}

function splitColumns(widths: readonly number[], available: number): number[][] {
  const parts: number[][] = [];
  let room = -1;
  for (const [index, width] of widths.entries()) {
    const needed = width + GAP.length;
    if (room < needed) {
      parts.push(index === 0 ? [] : [0]);
      room = available + GAP.length - (index === 0 ? 0 : (widths[0] ?? 0) + GAP.length);
    }
    parts.at(-1)?.push(index);
    room -= needed;
  }
  return parts;
}

function line(part: readonly number[], cell: (index: number) => string): string {
  return part.map(cell).join(GAP).trimEnd();
}

function fit(
  columns: readonly TableColumn[],
  widths: readonly number[],
  index: number,
  text: string,
): string {
  const width = widths[index] ?? 0;
  const length = visibleLength(text);
  if (length > width) return [...text].slice(0, width - 1).join("") + CUT;
  const space = " ".repeat(width - length);
  return columns[index]?.align === "right" ? space + text : text + space;
}
