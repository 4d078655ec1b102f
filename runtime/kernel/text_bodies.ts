/** The functions over texts and dates on JavaScript values, none of them null. */
import { formatTime, parseTime, startOf, zonedPart } from "./dates.ts";

export type Argument = string | number | boolean;
export type Result = string | number | boolean | readonly string[] | null;

/** Takes the arguments that are no constants, in order. */
export type Body = (...values: never[]) => Result;

/** Bodies that take all their arguments with every call. */
export const textBodies: Readonly<Record<string, Body>> = {
  length: (text: string) => countPoints(text),
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  trim: (text: string) => text.trim(),
  substring,
  contains: (text: string, part: string) => text.includes(part),
  starts_with: (text: string, start: string) => text.startsWith(start),
  ends_with: (text: string, end: string) => text.endsWith(end),
  replace: (text: string, from: string, to: string) =>
    from === "" ? text : text.split(from).join(to),
  split: (text: string, separator: string) =>
    separator === "" ? Array.from(text) : text.split(separator),
};

/** Bodies for constants that are read once; by place, undefined where an argument comes with every call. */
export function boundBody(
  name: string,
  constants: readonly (Argument | undefined)[],
): Body | undefined {
  const [, second, third] = constants;
  const zone = String(third ?? "UTC");
  switch (name) {
    case "matches": {
      const regex = new RegExp(String(second), "u");
      return (text: string) => regex.test(text);
    }
    case "extract":
      return extract(String(second), third === undefined ? undefined : Number(third));
    case "start_of":
      return startOf(String(second), zone);
    case "format_time":
      return formatTime(String(second), zone);
    case "parse_time":
      return parseTime(String(second), zone);
    default:
      return second === undefined ? undefined : zonedPart(name, String(second));
  }
}

function extract(source: string, wanted: number | undefined): Body {
  const regex = new RegExp(source, "u");
  return (text: string) => {
    const found = regex.exec(text);
    if (found === null) return null;
    return found[wanted ?? Math.min(1, found.length - 1)] ?? null;
  };
}

/** Code points; texts have no halves of surrogate pairs. */
function countPoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if (isHigh(text.charCodeAt(i))) count--;
  return count;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function substring(text: string, start: number, count = Infinity): string {
  const length = countPoints(text);
  const from = start < 0 ? Math.max(0, length + start) : Math.min(start, length);
  const to = Math.min(length, Math.max(from, from + count));
  if (length === text.length) return text.slice(from, to);
  return Array.from(text).slice(from, to).join("");
}
