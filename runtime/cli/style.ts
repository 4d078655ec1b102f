/** Colours of the terminal; on a stream without colour each is the plain text. */
import type { TextStream } from "./terminal.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** The text in a style. */
export function paint(stream: TextStream, style: Style, text: string): string {
  const [on, off] = CODES[style];
  return stream.color ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** The text in a colour of the 256. */
export function paintColor(stream: TextStream, color: number, text: string): string {
  return stream.color ? `\x1b[38;5;${color}m${text}\x1b[39m` : text;
}

/** How many characters a text takes on the screen. */
export function visibleLength(text: string): number {
  return [...text.replaceAll(ESCAPES, "")].length;
}

// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b\[[0-9;]*m/g;
