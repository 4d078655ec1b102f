/** Items under each other: the columns of a source in three, the names of neighbouring statements in one. */
import type { Declaration } from "./ast.ts";
import { type Element, isComment, joinTokens } from "./print_line.ts";

/** An item, or a comment between items. */
export type Row = readonly Element[];

/** The rows with blanks after names and types, so that what follows stands in line. */
export function alignRows(declaration: Declaration, rows: readonly Row[]): readonly Row[] {
  const columns = declaration.kind === "feature" ? declaration.fields : declaration.columns;
  if (columns === undefined) return alignStatements(rows);
  return alignColumns(columns.flatMap(({ roles }) => roles), rows);
}

/** Longer types do not push away the roles of other columns. */
const maximumType = 24;

function alignColumns(
  roles: readonly { readonly start: number }[],
  rows: readonly Row[],
): readonly Row[] {
  const typeEnd = (row: Row) => {
    const index = row.findIndex(({ text, start }) =>
      text === "=" || roles.some((role) => role.start === start)
    );
    return index < 0 ? row.length : index;
  };
  const items = rows.filter(isItem);
  const nameWidth = Math.max(0, ...items.map((row) => widthOf(row, 0, 1)));
  const types = items.filter((row) => typeEnd(row) < row.length).map((row) =>
    widthOf(row, 1, typeEnd(row))
  );
  const typeWidth = Math.max(0, ...types.filter((width) => width <= maximumType));
  return rows.map((row) => {
    if (!isItem(row)) return row;
    const end = typeEnd(row);
    const named = pad(row, 0, nameWidth - widthOf(row, 0, 1) + 1);
    if (end === row.length) return named;
    if (end === 1) return pad(named, 0, typeWidth > 0 ? typeWidth + 2 : 0);
    return pad(named, end - 1, typeWidth - widthOf(row, 1, end) + 1);
  });
}

/** Lets are aligned with the lets next to them, outputs with outputs. */
function alignStatements(rows: readonly Row[]): readonly Row[] {
  const aligned: Row[] = [];
  for (let from = 0; from < rows.length;) {
    const first = rows[from] ?? [];
    let to = from + 1;
    while (to < rows.length && isItem(first) && isNeighbour(first, rows[to] ?? [])) to++;
    const group = rows.slice(from, to);
    const width = Math.max(...group.map((row) => widthOf(row, 0, equalsOf(row))));
    for (const row of group) {
      const at = equalsOf(row);
      aligned.push(isItem(row) ? pad(row, at - 1, width - widthOf(row, 0, at)) : row);
    }
    from = to;
  }
  return aligned;
}

function isNeighbour(first: Row, row: Row): boolean {
  return isItem(row) && (first[0]?.text === "let") === (row[0]?.text === "let");
}

function equalsOf(row: Row): number {
  return row.findIndex(({ text }) => text === "=");
}

function isItem(row: Row): boolean {
  return !row.every(isComment);
}

function widthOf(row: Row, from: number, to: number): number {
  return joinTokens(row.slice(from, Math.max(from, to))).length;
}

function pad(row: Row, index: number, blanks: number): Row {
  return row.map((element, at) =>
    at === index ? { ...element, text: element.text + " ".repeat(Math.max(0, blanks)) } : element
  );
}
