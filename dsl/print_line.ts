/** Tokens to lines: where spaces go, and where a line that is too long keeps its breaks. */
import { type Comment, reservedWords, type Token } from "./token.ts";

/** What a template consists of. */
export type Element = PrintedToken | Comment;

/** A token, with what the tree says of it. */
export type PrintedToken = Token & {
  /** Part of a type: its brackets take no spaces. */
  readonly inType?: boolean;
  /** A minus that is no difference. */
  readonly isSign?: boolean;
};

export function isComment(element: Element): element is Comment {
  return element.kind === "comment";
}

/** A blank line lies in the text between two elements. */
export function hasBlankLine(between: string): boolean {
  return /\n[ \t]*\n/.test(between);
}

const maximumWidth = 100;

/** A run on one line if it fits and holds no comment, else broken where the writer broke it. */
export function printRun(run: readonly Element[], indent: string): readonly string[] {
  const line = indent + joinTokens(run);
  if (!run.some(isComment) && line.length <= maximumWidth) return [line];
  const rows: Element[][] = [];
  for (const element of run) {
    const breaks = rows.length === 0 || element.startsLine;
    if (breaks) rows.push([element]);
    else rows.at(-1)?.push(element);
  }
  return rows.map((row, index) => {
    const closes = [")", "]", "}", ">"].includes(row[0]?.text ?? "");
    return (index === 0 || closes ? indent : `${indent}    `) + joinTokens(row);
  });
}

/** Elements on one line, with the one way to put spaces between them. */
export function joinTokens(run: readonly Element[]): string {
  let text = "";
  run.forEach((element, index) => {
    const before = run[index - 1];
    const spaced = before !== undefined && isSpaced(before, element);
    text += (spaced ? " " : "") + element.text;
  });
  return text;
}

function isSpaced(before: Element, element: Element): boolean {
  if (isComment(before) || isComment(element)) return true;
  if ([")", "]", "[", ",", ":", "."].includes(element.text)) return false;
  if (["(", "[", "."].includes(before.text)) return false;
  if (before.isSign) return false;
  if (before.inType && element.inType && isBracket(before, element)) return false;
  if (element.text !== "(") return true;
  return !(before.kind === "hole" || (before.kind === "name" && !isWord(before.text)));
}

/** A space has no place around `<`, before `{`, inside braces, and before `>`. */
function isBracket(before: Element, element: Element): boolean {
  return ["<", "{"].includes(before.text) || ["<", ">", "{", "}"].includes(element.text);
}

function isWord(text: string): boolean {
  return reservedWords.has(text) || text === "by";
}
