/** Small tables as text: a line of names, then a line for each row; words are separated by space. */

export interface TextTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The words for a text that is no table. */
export class TableError extends Error {
  override readonly name = "TableError";
}

/** Reads a table; quotes and brackets may hold space. */
export function parseTable(text: string): TextTable {
  const lines = text.split("\n").map(wordsOf).filter((words) => words.length > 0);
  const [names, ...rows] = lines;
  if (names === undefined) {
    throw new TableError("expected a table: a line of column names, then rows");
  }
  rows.forEach((row, index) => {
    if (row.length === names.length) return;
    throw new TableError(
      `row ${index + 1} has ${row.length} cells for ${names.length} columns: ${row.join("  ")}`,
    );
  });
  return { names, rows };
}

/** Lines of a table whose columns stand under each other. */
export function tableText({ names, rows }: TextTable): readonly string[] {
  const lines = [names, ...rows];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => [...line[at] ?? ""].length)));
  return lines.map((line) =>
    line.map((word, at) => word + " ".repeat(widths[at]! - [...word].length)).join("  ").trimEnd()
  );
}

function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word = "";
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (isQuoted && char === "\\") {
      word += char + (line[++at] ?? "");
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    if (!isQuoted) depth += "[{".includes(char) ? 1 : "]}".includes(char) ? -1 : 0;
    if (isQuoted || depth > 0 || !/\s/.test(char)) word += char;
    else if (word !== "") {
      words.push(word);
      word = "";
    }
  }
  return word === "" ? words : [...words, word];
}
